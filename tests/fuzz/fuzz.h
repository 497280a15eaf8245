/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What every target defines: takes any octets, returns 0. It must not keep state from one input to the next. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* For what a target promises: ends the program, in release builds too, so that the fuzzer keeps the input. */
#define fuzz_assert(condition) \
  do { if (!(condition)) { fprintf (stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); abort (); } } while (0)
