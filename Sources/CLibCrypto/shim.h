/* SPDX-License-Identifier: Apache-2.0 */
/* The part of OpenSSL 3's libcrypto that CryptoProvider calls. EVP and parameter calls only. */
#pragma once
#include <stdint.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

/* Macros, which Swift cannot see. */
static inline void sealwright_bn_set_secret(BIGNUM *number) { BN_set_flags(number, BN_FLG_CONSTTIME); }
static inline int sealwright_selection_public_key(void) { return EVP_PKEY_PUBLIC_KEY; }
static inline int sealwright_selection_key_pair(void) { return EVP_PKEY_KEYPAIR; }

/* Hides a value from the optimiser, so that it cannot turn mask arithmetic back into a branch. */
static inline uint32_t sealwright_value_barrier(uint32_t value) {
    __asm__ volatile("" : "+r"(value));
    return value;
}
