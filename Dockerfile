# Two images: `chain` (electrad, and electra-maind of a main chain) and `node` (everything else). Each carries only what it runs: test/house/image.test.ts starts the node's
# command line from just the files that are copied here.

# Go as tests run it: go.mod asks for 1.24, and any newer one builds the same sources.
FROM golang:1.26-bookworm AS chain-build
WORKDIR /src
COPY chain/go.mod chain/go.sum ./
RUN go mod download
COPY chain/ ./
RUN mkdir /out && CGO_ENABLED=0 go build -trimpath -o /out/ ./cmd/electrad ./cmd/electra-maind ./cmd/electra-prove

FROM gcr.io/distroless/static-debian12:nonroot AS chain
COPY --from=chain-build /out/electrad /out/electra-maind /
ENTRYPOINT ["/electrad"]

# The pages: static files, built with what only a build needs.
FROM node:24-bookworm-slim AS pages
WORKDIR /electra
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY sdk/ts/package.json sdk/ts/
COPY src/protocol/package.json src/protocol/
COPY src/reader/package.json src/reader/
COPY web/package.json web/
RUN npm ci && npm cache clean --force
COPY src/protocol/ src/protocol/
COPY src/reader/ src/reader/
COPY web/ web/
RUN node node_modules/vite/bin/vite.js build web

FROM node:24-bookworm-slim AS node
WORKDIR /electra
# Packages first, so that a changed source does not install them again; a workspace's manifest is a part of the lock.
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY sdk/ts/package.json sdk/ts/
COPY src/protocol/package.json src/protocol/
COPY src/reader/package.json src/reader/
COPY web/package.json web/
RUN npm ci --omit=dev && npm cache clean --force
COPY LICENSE LICENSE-APACHE project.ts schema.graphql ./
COPY bin/ bin/
COPY mappings/ mappings/
COPY sdk/ts/src/ sdk/ts/src/
# The command line knows the demonstration; its profiles and its chain stay outside, for the image runs a deployment.
COPY gateway/src/ gateway/src/
COPY gateway/testing/ gateway/testing/
COPY simulator/ simulator/
COPY src/ src/
COPY circuits/keys/ circuits/keys/
COPY --from=chain-build /out/electra-prove chain/bin/electra-prove
COPY --from=pages /electra/web/dist/ web/dist/
USER node
ENV TZ=UTC
ENTRYPOINT ["node", "bin/electra.mjs"]
