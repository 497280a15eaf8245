/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* xorshift64*: the same numbers for the same seed, everywhere and for ever. */
typedef struct
{
  uint64_t state;
} SimRandom;

void     sim_random_init   (SimRandom *random,
                            uint64_t   seed);

/* 0 to @n - 1. */
uint32_t sim_random_below  (SimRandom *random,
                            uint32_t   n);

/* @low to @high, both included. */
uint32_t sim_random_range  (SimRandom *random,
                            uint32_t   low,
                            uint32_t   high);

/* TRUE @per_million times in a million. */
bool     sim_random_chance (SimRandom *random,
                            uint32_t   per_million);

/* 1 to twice @mean - 1: the time until something comes that comes every @mean. */
uint32_t sim_random_gap    (SimRandom *random,
                            uint32_t   mean);
