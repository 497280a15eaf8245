/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* sim [FIRST_SEED] [COUNT]: plays studios in which everything goes wrong, one for each seed, and checks that nothing
 * hangs, that nothing is changed or turned around, and that the same seed always gives the same. */

#include "sim-check.h"
#include "sim-studio.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define VEXED_MS 8000
#define REST_MS 5000
#define REPLAY_EVERY 50

typedef struct
{
  const char *complaint;
  uint64_t    when_ms;
  uint64_t    longest_hang_ms;
  uint64_t    n_messages;
  uint64_t    n_lost;
  uint64_t    hash;
} Result;

static Result
play_seed (uint64_t seed)
{
  SimStudio *studio = sim_studio_new (seed);
  ThruMeterSample sample;
  Result result = { 0 };

  for (unsigned i = 0; i < VEXED_MS && studio->complaint == NULL; i++)
    {
      sim_studio_vex (studio);
      sim_studio_step (studio, false);
    }
  sim_studio_soothe (studio);
  for (unsigned i = 0; i < REST_MS && studio->complaint == NULL; i++)
    sim_studio_step (studio, true);
  if (studio->complaint == NULL)
    sim_check_rest (studio);

  thru_meter_sample (studio->meter, &sample);
  result.n_lost = sample.lost;
  result.complaint = studio->complaint;
  result.when_ms = studio->now_ms;
  result.longest_hang_ms = studio->longest_hang_ms;
  for (unsigned room = 0; room < studio->n_rooms; room++)
    {
      for (unsigned synth = 0; synth < SIM_SYNTHS; synth++)
        {
          result.n_messages += studio->rooms[room].synths[synth].n_messages;
          result.hash = result.hash * 31 + studio->rooms[room].synths[synth].hash;
        }
    }
  sim_studio_free (studio);
  return result;
}

int
main (int   argc,
      char *argv[])
{
  uint64_t first = argc > 1 ? strtoull (argv[1], NULL, 10) : 1;
  uint64_t count = argc > 2 ? strtoull (argv[2], NULL, 10) : 500;
  uint64_t n_messages = 0;
  uint64_t n_lost = 0;
  uint64_t longest_hang_ms = 0;
  uint64_t n_failed = 0;

  for (uint64_t seed = first; seed < first + count; seed++)
    {
      Result result = play_seed (seed);

      if (result.complaint == NULL && seed % REPLAY_EVERY == 0 && play_seed (seed).hash != result.hash)
        result.complaint = "the same seed played something else";
      if (result.complaint != NULL)
        {
          printf ("seed %" PRIu64 ": %s, at %" PRIu64 " ms\n", seed, result.complaint, result.when_ms);
          n_failed++;
        }
      n_messages += result.n_messages;
      n_lost += result.n_lost;
      if (result.longest_hang_ms > longest_hang_ms)
        longest_hang_ms = result.longest_hang_ms;
    }

  printf ("%" PRIu64 " seeds, %" PRIu64 " failed; %" PRIu64 " messages arrived, %" PRIu64 " were dropped; "
          "longest hang %" PRIu64 " ms\n",
          count, n_failed, n_messages, n_lost, longest_hang_ms);
  return n_failed > 0;
}
