/* rpc.c - see rpc.h. */
#define _POSIX_C_SOURCE 200809L
#include "rpc.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_MAX 65536u
#define REQUEST_MAX 120000u

int rpc_open(rpc *node, const char *url) {
  if (strncmp(url, "http://", 7) != 0) return -1;
  const char *host = url + 7, *colon = strchr(host, ':');
  if (colon == NULL || (size_t)(colon - host) >= sizeof node->host || strlen(colon + 1) >= sizeof node->port) return -1;
  memcpy(node->host, host, (size_t)(colon - host));
  node->host[colon - host] = 0;
  strcpy(node->port, colon + 1);
  return 0;
}

static int connect_to(const rpc *node) {
  struct addrinfo hints, *found;
  const struct timeval patience = {10, 0};
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(node->host, node->port, &hints, &found) != 0) return -1;
  int s = -1;
  for (struct addrinfo *at = found; at != NULL && s < 0; at = at->ai_next) {
    s = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (s >= 0 && connect(s, at->ai_addr, at->ai_addrlen) != 0) close(s), s = -1;
  }
  freeaddrinfo(found);
  if (s >= 0) setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return s;
}

static int send_all(int s, const char *bytes, size_t len) {
  while (len > 0) {
    const ssize_t sent = send(s, bytes, len, MSG_NOSIGNAL);
    if (sent <= 0) return -1;
    bytes += sent;
    len -= (size_t)sent;
  }
  return 0;
}

/* Posts a body and reads the whole answer as text. */
static int post(const rpc *node, const char *body, char answer[ANSWER_MAX]) {
  char head[256];
  size_t used = 0;
  const int s = connect_to(node);
  if (s < 0) return -1;
  const int head_len = snprintf(head, sizeof head,
                                "POST / HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                                node->host, strlen(body));
  int bad = send_all(s, head, (size_t)head_len) != 0 || send_all(s, body, strlen(body)) != 0;
  while (!bad && used < ANSWER_MAX - 1) {
    const ssize_t got = recv(s, answer + used, ANSWER_MAX - 1 - used, 0);
    if (got < 0) bad = 1;
    if (got <= 0) break;
    used += (size_t)got;
  }
  close(s);
  answer[used] = 0;
  return bad || strstr(answer, "\r\n\r\n") == NULL ? -1 : 0;
}

static size_t base64_decode(uint8_t *out, size_t size, const char *text) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t bits = 0;
  unsigned count = 0;
  size_t len = 0;
  for (const char *found; *text != 0 && *text != '=' && (found = strchr(alphabet, *text)) != NULL; text++) {
    bits = bits << 6 | (uint32_t)(found - alphabet);
    if ((count += 6) >= 8) {
      if (len == size) return 0;
      out[len++] = (uint8_t)(bits >> (count -= 8));
    }
  }
  return len;
}

static void base64_encode(char *out, const uint8_t *in, size_t len) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < len; i += 3) {
    const uint32_t three = (uint32_t)in[i] << 16 | (uint32_t)(i + 1 < len ? in[i + 1] : 0) << 8 | (i + 2 < len ? in[i + 2] : 0u);
    for (unsigned j = 0; j < 4; j++) *out++ = i + j <= len ? alphabet[three >> (18 - 6 * j) & 63u] : '=';
  }
  *out = 0;
}

/* The number behind "name":, quoted or not; 0 where there is none. */
static unsigned long json_number(const char *answer, const char *name) {
  const char *at = strstr(answer, name);
  if (at == NULL) return 0;
  at += strlen(name);
  return strtoul(*at == '"' ? at + 1 : at, NULL, 10);
}

/* An ABCI query; the answer's protobuf bytes. */
static int query(const rpc *node, const char *path, const uint8_t *request, size_t len, uint8_t *out, size_t size, size_t *out_len) {
  static char body[1024], answer[ANSWER_MAX];
  char hex[256];
  for (size_t i = 0; i < len; i++) snprintf(hex + 2 * i, 3, "%02x", request[i]);
  hex[2 * len] = 0;
  snprintf(body, sizeof body,
           "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"abci_query\",\"params\":{\"path\":\"%s\",\"data\":\"%s\",\"prove\":false}}", path,
           hex);
  if (post(node, body, answer) != 0) return -1;
  if (strstr(answer, "\"response\"") == NULL) return -1;
  if (json_number(answer, "\"code\":") != 0) return 1;
  const char *value = strstr(answer, "\"value\":\"");
  *out_len = value == NULL ? 0 : base64_decode(out, size, value + 9);
  return *out_len == 0 ? 1 : 0;
}

/* Protobuf: the next field of a message; its number, or 0 at the end or in damage. Numbers go to *value, bytes to *bytes and *value. */
static unsigned next_field(const uint8_t **at, const uint8_t *end, uint64_t *value, const uint8_t **bytes) {
  uint64_t numbers[2] = {0, 0};
  unsigned tag = 0;
  for (unsigned i = 0; i < 2; i++) {
    unsigned shift = 0;
    uint8_t byte;
    do {
      if (*at == end || shift > 63) return 0;
      byte = *(*at)++;
      numbers[i] |= (uint64_t)(byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    if (i == 0) tag = (unsigned)numbers[0];
    if (i == 0 && (tag & 7u) != 0 && (tag & 7u) != 2) return 0;
  }
  *value = numbers[1];
  if ((tag & 7u) == 2) {
    if (*value > (uint64_t)(end - *at)) return 0;
    *bytes = *at;
    *at += *value;
  }
  return tag >> 3;
}

int rpc_status(const rpc *node, uint64_t *chain_unix_s, uint64_t *height) {
  uint8_t out[256];
  size_t len;
  const int code = query(node, "/electra.meter.v1.Query/Status", NULL, 0, out, sizeof out, &len);
  const uint8_t *at = out, *bytes;
  uint64_t value;
  *chain_unix_s = *height = 0;
  if (code != 0) return code;
  for (unsigned field; (field = next_field(&at, out + len, &value, &bytes)) != 0;) {
    if (field == 1) *height = value;
    if (field == 2) *chain_unix_s = value;
  }
  return 0;
}

int rpc_node_key(const rpc *node, uint32_t *epoch, uint8_t key[32], uint8_t signature[64]) {
  static uint8_t out[16384];
  size_t len;
  const int code = query(node, "/electra.meter.v1.Query/NodeKeys", NULL, 0, out, sizeof out, &len);
  const uint8_t *at = out, *entry = NULL;
  uint64_t entry_len;
  *epoch = 0;
  if (code != 0) return code;
  while (next_field(&at, out + len, &entry_len, &entry) == 1) {
    const uint8_t *inner = entry, *bytes = NULL, *found = NULL, *signed_by = NULL;
    uint64_t value, its_epoch = 0;
    for (unsigned field; (field = next_field(&inner, entry + entry_len, &value, &bytes)) != 0;) {
      if (field == 1) its_epoch = value;
      if (field == 2 && value == 32) found = bytes;
      if (field == 5 && value == 64) signed_by = bytes;
    }
    if (found == NULL || signed_by == NULL || its_epoch <= *epoch) continue;
    *epoch = (uint32_t)its_epoch;
    memcpy(key, found, 32);
    memcpy(signature, signed_by, 64);
  }
  return *epoch == 0 ? 1 : 0;
}

/* The 20 bytes of an address's text. Its checksum is not looked at: what comes of a wrong letter has no signature. */
static int address_bytes(const uint8_t *text, uint64_t len, uint8_t out[20]) {
  static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  uint32_t bits = 0;
  unsigned count = 0;
  if (len != 46 || memcmp(text, "electra1", 8) != 0) return -1;
  for (unsigned i = 8; i < 40; i++) {
    const char *found = memchr(alphabet, text[i], 32);
    if (found == NULL) return -1;
    bits = bits << 5 | (uint32_t)(found - alphabet);
    if ((count += 5) >= 8) *out++ = (uint8_t)(bits >> (count -= 8));
  }
  return 0;
}

int rpc_rotation(const rpc *node, uint32_t n, uint8_t address[20], uint8_t signature[64]) {
  static uint8_t out[16384];
  size_t len;
  const int code = query(node, "/electra.meter.v1.Query/Rotations", NULL, 0, out, sizeof out, &len);
  const uint8_t *at = out, *entry = NULL;
  uint64_t entry_len;
  if (code != 0) return code;
  while (next_field(&at, out + len, &entry_len, &entry) == 1) {
    const uint8_t *inner = entry, *bytes = NULL, *signed_by = NULL;
    uint64_t value, its_n = 0;
    int has_address = 0;
    for (unsigned field; (field = next_field(&inner, entry + entry_len, &value, &bytes)) != 0;) {
      if (field == 1) its_n = value;
      if (field == 2) has_address = address_bytes(bytes, value, address) == 0;
      if (field == 3 && value == 64) signed_by = bytes;
    }
    if (its_n != n || !has_address || signed_by == NULL) continue;
    memcpy(signature, signed_by, 64);
    return 0;
  }
  return 1;
}

int rpc_account(const rpc *node, const char *address, uint64_t *number, uint64_t *sequence) {
  uint8_t request[64], out[512];
  const size_t address_len = strlen(address);
  size_t len;
  request[0] = 0x0a;
  request[1] = (uint8_t)address_len;
  memcpy(request + 2, address, address_len);
  const int code = query(node, "/cosmos.auth.v1beta1.Query/Account", request, address_len + 2, out, sizeof out, &len);
  const uint8_t *at = out, *any = NULL, *account = NULL, *bytes = NULL;
  uint64_t value, any_len, account_len = 0;
  *number = *sequence = 0;
  if (code != 0) return code;
  if (next_field(&at, out + len, &any_len, &any) != 1) return -1;
  const uint8_t *end = any + any_len;
  for (unsigned field; (field = next_field(&any, end, &value, &bytes)) != 0;)
    if (field == 2) account = bytes, account_len = value;
  if (account == NULL) return -1;
  end = account + account_len;
  for (unsigned field; (field = next_field(&account, end, &value, &bytes)) != 0;) {
    if (field == 3) *number = value;
    if (field == 4) *sequence = value;
  }
  return 0;
}

int rpc_commitment(const rpc *node, const char *address, uint32_t day, uint8_t commitment[32]) {
  uint8_t request[80], out[512];
  const size_t address_len = strlen(address);
  size_t len = 2 + address_len;
  request[0] = 0x0a;
  request[1] = (uint8_t)address_len;
  memcpy(request + 2, address, address_len);
  request[len++] = 0x10;
  for (; day >= 0x80; day >>= 7) request[len++] = (uint8_t)(day | 0x80);
  request[len++] = (uint8_t)day;
  const int code = query(node, "/electra.meter.v1.Query/Commitment", request, len, out, sizeof out, &len);
  const uint8_t *at = out, *entry = NULL, *bytes = NULL;
  uint64_t entry_len, value;
  if (code != 0) return code;
  if (next_field(&at, out + len, &entry_len, &entry) != 1) return 1;
  const uint8_t *end = entry + entry_len;
  for (unsigned field; (field = next_field(&entry, end, &value, &bytes)) != 0;)
    if (field == 3 && value == 32) return memcpy(commitment, bytes, 32), 0;
  return 1;
}

int rpc_broadcast(rpc *node, const uint8_t *tx, size_t len) {
  static char body[REQUEST_MAX], answer[ANSWER_MAX];
  static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\"";
  if (sizeof head + (len + 2) / 3 * 4 + 4 > sizeof body) return -1;
  strcpy(body, head);
  base64_encode(body + sizeof head - 1, tx, len);
  strcat(body, "\"}}");
  if (post(node, body, answer) != 0) return -1;
  if (strstr(answer, "\"result\"") != NULL && json_number(answer, "\"code\":") == 0) return 0;
  if (strstr(answer, "already exists in cache") != NULL) return 0; /* the node has these very bytes */
  snprintf(node->refusal, sizeof node->refusal, "%s", strstr(answer, "\r\n\r\n") + 4);
  return 1;
}
