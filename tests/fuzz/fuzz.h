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

/* For targets that take the octets as commands, one octet each with what it needs behind it. */
typedef struct
{
  const uint8_t *data;
  size_t         size;
} FuzzInput;

/* The next octet; 0 when there are no more. */
static inline uint8_t
fuzz_take (FuzzInput *input)
{
  if (input->size == 0)
    return 0;
  input->size--;
  return *input->data++;
}

/* As many octets as the next one says, or those that are left. Borrowed. */
static inline const uint8_t *
fuzz_take_some (FuzzInput *input,
                size_t    *length)
{
  const uint8_t *octets;

  *length = fuzz_take (input);
  if (*length > input->size)
    *length = input->size;
  octets = input->data;
  input->data += *length;
  input->size -= *length;
  return octets;
}

/* For what a target promises: ends the program, in release builds too, so that the fuzzer keeps the input. */
#define fuzz_assert(condition) \
  do { if (!(condition)) { fprintf (stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); abort (); } } while (0)
