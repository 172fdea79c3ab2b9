/* rpc.h - the few calls that a meter makes to a CometBFT node: JSON-RPC over one plain socket each, answers decoded by hand. For an
 * example: no TLS, one address. All return 0, or -1 when nobody answered, or 1 when the node answered by refusing. */
#ifndef EXAMPLE_RPC_H
#define EXAMPLE_RPC_H

#include <stddef.h>
#include <stdint.h>

typedef struct rpc {
  char host[64];
  char port[8];
  char refusal[400]; /* what the node said of the last transaction it refused */
} rpc;

int rpc_open(rpc *node, const char *url); /* http://host:port */
/* The chain's own time and height. */
int rpc_status(const rpc *node, uint64_t *chain_unix_s, uint64_t *height);
/* The newest key that the node published. */
int rpc_node_key(const rpc *node, uint32_t *epoch, uint8_t key[32], uint8_t signature[64]);
/* The operator's rotation of this number, in force; 1: none, or none with a signature. */
int rpc_rotation(const rpc *node, uint32_t n, uint8_t address[20], uint8_t signature[64]);
int rpc_account(const rpc *node, const char *address, uint64_t *number, uint64_t *sequence);
/* The commitment that the chain holds of a day; 1: none. */
int rpc_commitment(const rpc *node, const char *address, uint32_t day, uint8_t commitment[32]);
/* Hands a transaction to the mempool. */
int rpc_broadcast(rpc *node, const uint8_t *tx, size_t len);

#endif
