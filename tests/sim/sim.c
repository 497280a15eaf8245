/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* sim [--without PROTECTION]… [FIRST_SEED] [COUNT]: plays studios in which everything goes wrong, one for each seed,
 * and checks that nothing hangs or comes too late, that nothing is changed or turned around, and that the same seed
 * always gives the same. Without one of the protections something has to go wrong, and it fails when nothing does:
 * that shows that the protection is needed and that the checks see it. */

#include "sim-check.h"
#include "sim-studio.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
play_seed (uint64_t              seed,
           const SimProtections *protections)
{
  SimStudio *studio = sim_studio_new (seed, protections);
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

static bool
leave_out (SimProtections *protections,
           const char     *name)
{
  if (strcmp (name, "state-queue") == 0)
    protections->state_queue = false;
  else if (strcmp (name, "stall-gate") == 0)
    protections->stall_gate = false;
  else if (strcmp (name, "release-on-close") == 0)
    protections->release_on_close = false;
  else if (strcmp (name, "heartbeat") == 0)
    protections->heartbeat = false;
  else
    return false;
  return true;
}

static bool
is_protected (const SimProtections *protections)
{
  return protections->state_queue && protections->stall_gate && protections->release_on_close && protections->heartbeat;
}

int
main (int   argc,
      char *argv[])
{
  SimProtections protections = { true, true, true, true };
  uint64_t numbers[2] = { 1, 500 };
  unsigned n_numbers = 0;
  uint64_t first;
  uint64_t count;
  uint64_t n_messages = 0;
  uint64_t n_lost = 0;
  uint64_t longest_hang_ms = 0;
  uint64_t n_failed = 0;

  for (int i = 1; i < argc; i++)
    {
      if (strcmp (argv[i], "--without") == 0 && i + 1 < argc && leave_out (&protections, argv[i + 1]))
        {
          i++;
        }
      else if (argv[i][0] >= '0' && argv[i][0] <= '9' && n_numbers < 2)
        {
          numbers[n_numbers++] = strtoull (argv[i], NULL, 10);
        }
      else
        {
          fputs ("usage: sim [--without state-queue|stall-gate|release-on-close|heartbeat]... [FIRST_SEED] [COUNT]\n", stderr);
          return 2;
        }
    }
  first = numbers[0];
  count = numbers[1];

  for (uint64_t seed = first; seed < first + count; seed++)
    {
      Result result = play_seed (seed, &protections);

      if (result.complaint == NULL && seed % REPLAY_EVERY == 0 && play_seed (seed, &protections).hash != result.hash)
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
  return is_protected (&protections) ? n_failed > 0 : n_failed == 0;
}
