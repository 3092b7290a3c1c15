/* fuzz_target.h
 * What the fuzzing targets of parsers without Wireshark have in common. With libFuzzer (clang -fsanitize=fuzzer)
 * the first function is enough; fuzz_standalone.c brings mutations of its own where libFuzzer is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FUZZ_TARGET_H
#define MSICE_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Feeds the target with one input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words that mean something to the target, then NULL. */
extern const char *const fuzz_words[];

/* Frees what the target keeps between inputs. */
void fuzz_end(void);

#endif
