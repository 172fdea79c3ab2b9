# Two images: `chain` (electrad) and `node` (everything else). Each carries only what it runs.
FROM golang:1.26-bookworm AS chain-build
WORKDIR /src
COPY chain/go.mod chain/go.sum ./
RUN go mod download
COPY chain/ ./
RUN CGO_ENABLED=0 go build -trimpath -o /electrad ./cmd/electrad

FROM gcr.io/distroless/static-debian12:nonroot AS chain
COPY --from=chain-build /electrad /electrad
ENTRYPOINT ["/electrad"]

FROM node:24-bookworm-slim AS node
WORKDIR /electra
COPY package.json package-lock.json .npmrc ./
COPY sdk/ts/package.json sdk/ts/
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
USER node
ENV TZ=UTC
ENTRYPOINT ["node", "bin/electra.mjs"]
