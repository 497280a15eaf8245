/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-random.h"

static uint32_t
next (SimRandom *random)
{
  random->state ^= random->state >> 12;
  random->state ^= random->state << 25;
  random->state ^= random->state >> 27;
  return (uint32_t)((random->state * UINT64_C (0x2545f4914f6cdd1d)) >> 32);
}

void
sim_random_init (SimRandom *random,
                 uint64_t   seed)
{
  random->state = seed * UINT64_C (0x9e3779b97f4a7c15) | 1;
  for (int i = 0; i < 8; i++)
    next (random);
}

uint32_t
sim_random_below (SimRandom *random,
                  uint32_t   n)
{
  return (uint32_t)(((uint64_t)next (random) * n) >> 32);
}

uint32_t
sim_random_range (SimRandom *random,
                  uint32_t   low,
                  uint32_t   high)
{
  return low + sim_random_below (random, high - low + 1);
}

bool
sim_random_chance (SimRandom *random,
                   uint32_t   per_million)
{
  return sim_random_below (random, 1000000) < per_million;
}

uint32_t
sim_random_gap (SimRandom *random,
                uint32_t   mean)
{
  return sim_random_range (random, 1, 2 * mean - 1);
}
