/* SPDX-License-Identifier: Apache-2.0 */
/* The driver that the compiler's -sanitize=fuzzer brings along. */
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
