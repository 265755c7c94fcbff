/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of batches: Ed25519 (RFC 8032), by OpenSSL. Any thread. */
#ifndef FEEDD_SIGNATURE_H
#define FEEDD_SIGNATURE_H

#include "base/sv.h"

enum { SIGNATURE_POINT = 32, SIGNATURE_BYTES = 64, SIGNATURE_KEY_ID = 17 };

/* A public key in base64; E_SYNTAX. */
int signature_key_parse(struct sv text, unsigned char ret[SIGNATURE_POINT]);

/* The first 16 hexadecimal digits of its SHA-256; returns id. */
char *signature_key_id(const unsigned char point[SIGNATURE_POINT],
                       char id[SIGNATURE_KEY_ID]);

/* "key=9f86d081884c7d65, ed25519=BASE64"; E_SYNTAX. */
int signature_parse(struct sv header, char ret_id[SIGNATURE_KEY_ID],
                    unsigned char ret[SIGNATURE_BYTES]);

bool signature_is_good(const unsigned char point[SIGNATURE_POINT],
                       const unsigned char signature[SIGNATURE_BYTES],
                       struct sv body);

#endif
