/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Plays studios in which everything goes wrong, one for each seed, and checks that nothing hangs or comes too late, that nothing
 * is changed or turned around, that rooms find each other again, and that the same seed always gives the same. Without one of
 * the protections something has to go wrong, and it fails when nothing does: that shows that the protection is needed and that
 * the checks see it. */

#include "sim-check.h"
#include "sim-fault.h"
#include "sim-log.h"
#include "sim-studio.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define VEXED_MS 8000
#define REST_MS 4000
#define PLAY_AGAIN_MS 500
#define REST_AGAIN_MS 2500
#define MINUTE_MS (60 * 1000)
#define JOBS_MAX 64

typedef struct
{
  const char *complaint;
  uint64_t    when_ms;
  uint64_t    hash;
  uint64_t    n_events;
  uint64_t    n_lost;
  uint64_t    longest_hang_ms;
  uint64_t    longest_plain_hang_ms;
  uint64_t    oldest_ms;
  uint64_t    longest_sysex;
  uint64_t    simulated_ms;
} Result;

typedef struct
{
  uint64_t n_seeds;
  uint64_t n_failed;
  uint64_t n_events;
  uint64_t n_lost;
  uint64_t longest_hang_ms;
  uint64_t longest_plain_hang_ms;
  uint64_t oldest_ms;
  uint64_t longest_sysex;
  uint64_t simulated_ms;
} Sum;

typedef struct
{
  SimProtections protections;
  const char    *without;  /* what is left out, as it was said; NULL: nothing */
  uint64_t       first;
  uint64_t       count;
  unsigned       n_jobs;
  bool           twice;    /* compare with another process */
  bool           hash_only;
} Options;

static const struct
{
  const char *name;
  size_t      offset;
} protection_names[] = {
  { "doubt", offsetof (SimProtections, doubt) },
  { "heartbeat", offsetof (SimProtections, heartbeat) },
  { "one-link-rule", offsetof (SimProtections, one_link_rule) },
  { "release-on-close", offsetof (SimProtections, release_on_close) },
  { "release-on-gap", offsetof (SimProtections, release_on_gap) },
  { "release-on-start", offsetof (SimProtections, release_on_start) },
  { "stall-gate", offsetof (SimProtections, stall_gate) },
  { "state-queue", offsetof (SimProtections, state_queue) },
};

static uint64_t
max (uint64_t a,
     uint64_t b)
{
  return a > b ? a : b;
}

/* One seed */

static void
let_pass (SimStudio *studio,
          uint64_t   ms,
          bool       vexed)
{
  uint64_t until_ms = studio->now_ms + ms;

  while (studio->now_ms < until_ms && studio->complaint == NULL)
    sim_studio_step (studio, until_ms, vexed);
}

/* Mostly none; a few minutes; or longer than the time in frames takes for a turn. */
static uint64_t
choose_idle_time (SimStudio *studio)
{
  if (sim_random_chance (&studio->random, 10000))
    return 75 * MINUTE_MS;
  if (sim_random_chance (&studio->random, 50000))
    return sim_random_range (&studio->random, 1, 5) * MINUTE_MS;
  return 0;
}

static void
play_studio (SimStudio *studio)
{
  uint64_t idle_ms;

  let_pass (studio, VEXED_MS, true);
  sim_log (studio->now_ms, "all faults end");
  sim_studio_soothe (studio);
  if (studio->kind == SIM_KIND_FAULTY && sim_random_chance (&studio->random, 400000))
    sim_fault_meet (studio);
  idle_ms = REST_MS + choose_idle_time (studio);
  sim_studio_rest (studio, studio->now_ms + idle_ms);
  let_pass (studio, idle_ms, false);
  let_pass (studio, PLAY_AGAIN_MS, false);
  sim_log (studio->now_ms, "the end");
  sim_studio_rest (studio, SIM_NEVER);
  let_pass (studio, REST_AGAIN_MS, false);
  if (studio->complaint == NULL)
    sim_check_rest (studio);
}

static Result
play_seed (uint64_t              seed,
           const SimProtections *protections)
{
  SimStudio *studio = sim_studio_new (seed, protections);
  uint64_t start_ms = studio->now_ms;
  ThruMeterSample sample;
  Result result = { 0 };

  play_studio (studio);
  thru_meter_sample (studio->meter, &sample);
  result.complaint = studio->complaint;
  result.when_ms = studio->now_ms;
  result.simulated_ms = studio->now_ms - start_ms;
  result.n_lost = sample.lost;
  result.longest_hang_ms = studio->longest_hang_ms;
  result.longest_plain_hang_ms = studio->longest_plain_hang_ms;
  result.n_events = studio->n_faults;
  for (unsigned i = 0; i < studio->n_musicians; i++)
    result.n_events += studio->musicians[i].player.n_messages;
  for (unsigned i = 0; i < SIM_SYNTHS_MAX; i++)
    {
      const SimSynth *synth = sim_studio_synth (studio, i);

      if (synth == NULL)
        continue;
      result.n_events += synth->n_messages;
      result.hash = result.hash * 31 + synth->hash;
      result.oldest_ms = max (result.oldest_ms, synth->oldest_ms);
      result.longest_sysex = max (result.longest_sysex, synth->longest_sysex);
    }
  sim_studio_free (studio);
  return result;
}

/* The same seed in a new process, where everything is at another address. */
static uint64_t
hash_elsewhere (uint64_t seed)
{
  char command[64];
  uint64_t hash = 0;
  FILE *pipe;

  snprintf (command, sizeof command, "exec /proc/%d/exe --hash --seed %" PRIu64, (int)getpid (), seed);
  pipe = popen (command, "r");
  if (pipe == NULL)
    return 0;
  if (fscanf (pipe, "%" SCNx64, &hash) != 1)
    hash = 0;
  pclose (pipe);
  return hash;
}

/* Many seeds */

static void
add_result (Sum          *sum,
            const Result *result)
{
  sum->n_seeds++;
  sum->n_failed += result->complaint != NULL;
  sum->n_events += result->n_events;
  sum->n_lost += result->n_lost;
  sum->simulated_ms += result->simulated_ms;
  sum->longest_hang_ms = max (sum->longest_hang_ms, result->longest_hang_ms);
  sum->longest_plain_hang_ms = max (sum->longest_plain_hang_ms, result->longest_plain_hang_ms);
  sum->oldest_ms = max (sum->oldest_ms, result->oldest_ms);
  sum->longest_sysex = max (sum->longest_sysex, result->longest_sysex);
}

static Sum
play_seeds (const Options *options,
            unsigned       job)
{
  Sum sum = { 0 };

  for (uint64_t seed = options->first + job; seed < options->first + options->count; seed += options->n_jobs)
    {
      Result result = play_seed (seed, &options->protections);

      if (options->hash_only)
        printf ("%016" PRIx64 "\n", result.hash);
      if (options->twice && hash_elsewhere (seed) != result.hash)
        result.complaint = "the same seed played something else";
      if (result.complaint != NULL)
        {
          printf ("seed %" PRIu64 ": %s, at %" PRIu64 " ms; again with: ./dev sim%s%s --trace --seed %" PRIu64 "\n",
                  seed, result.complaint, result.when_ms, options->without != NULL ? " --without " : "",
                  options->without != NULL ? options->without : "", seed);
          fflush (stdout);
        }
      add_result (&sum, &result);
    }
  return sum;
}

static void
add_sum (Sum       *sum,
         const Sum *part)
{
  sum->n_seeds += part->n_seeds;
  sum->n_failed += part->n_failed;
  sum->n_events += part->n_events;
  sum->n_lost += part->n_lost;
  sum->simulated_ms += part->simulated_ms;
  sum->longest_hang_ms = max (sum->longest_hang_ms, part->longest_hang_ms);
  sum->longest_plain_hang_ms = max (sum->longest_plain_hang_ms, part->longest_plain_hang_ms);
  sum->oldest_ms = max (sum->oldest_ms, part->oldest_ms);
  sum->longest_sysex = max (sum->longest_sysex, part->longest_sysex);
}

/* Each in a process of its own. What one that crashed has played does not count, and is missed in the end. */
static Sum
play_jobs (const Options *options)
{
  int pipes[JOBS_MAX][2];
  Sum sum = { 0 };

  if (options->n_jobs == 1)
    return play_seeds (options, 0);
  for (unsigned job = 0; job < options->n_jobs; job++)
    {
      if (pipe (pipes[job]) < 0)
        abort ();
      if (fork () == 0)
        {
          Sum part = play_seeds (options, job);

          _exit (write (pipes[job][1], &part, sizeof part) != sizeof part);
        }
      close (pipes[job][1]);
    }
  for (unsigned job = 0; job < options->n_jobs; job++)
    {
      Sum part;

      if (read (pipes[job][0], &part, sizeof part) == sizeof part)
        add_sum (&sum, &part);
      close (pipes[job][0]);
      wait (NULL);
    }
  return sum;
}

static bool
leave_out (Options    *options,
           const char *name)
{
  for (size_t i = 0; i < sizeof protection_names / sizeof protection_names[0]; i++)
    {
      if (strcmp (name, protection_names[i].name) == 0)
        {
          *((bool *)&options->protections + protection_names[i].offset) = false;
          options->without = name;
          return true;
        }
    }
  return false;
}

static int
help (void)
{
  printf ("Usage: sim [OPTION]... [SEEDS]\n\n"
          "  --from SEED       the first one (1)\n"
          "  --seed SEED       this one only\n"
          "  --trace           print what happens\n"
          "  --jobs N          as many processes at once (1)\n"
          "  --twice           play each in two processes, and compare\n"
          "  --hash            print what each seed comes to\n"
          "  --without NAME    leave a protection out; the exit status says whether that was noticed:\n");
  for (size_t i = 0; i < sizeof protection_names / sizeof protection_names[0]; i++)
    printf ("                    %s\n", protection_names[i].name);
  return 2;
}

static bool
take_number (const char *text,
             uint64_t   *number)
{
  char *end;

  if (text == NULL || text[0] < '0' || text[0] > '9')
    return false;
  *number = strtoull (text, &end, 10);
  return *end == '\0';
}

/* @argument is the option, @value what follows it. Returns how many of the two were used; 0: neither makes sense. */
static int
take_option (Options    *options,
             const char *argument,
             const char *value)
{
  uint64_t number = 0;
  bool has_number = take_number (value, &number);

  if (strcmp (argument, "--trace") == 0)
    return sim_log_wanted = true;
  if (strcmp (argument, "--twice") == 0)
    return options->twice = true;
  if (strcmp (argument, "--hash") == 0)
    return options->hash_only = true;
  if (strcmp (argument, "--without") == 0 && value != NULL)
    return leave_out (options, value) ? 2 : 0;
  if (take_number (argument, &options->count))
    return 1;
  if (!has_number)
    return 0;
  if (strcmp (argument, "--from") == 0 || strcmp (argument, "--seed") == 0)
    options->first = number;
  if (strcmp (argument, "--seed") == 0)
    options->count = 1;
  else if (strcmp (argument, "--jobs") == 0 && number >= 1 && number <= JOBS_MAX)
    options->n_jobs = (unsigned)number;
  else if (strcmp (argument, "--from") != 0)
    return 0;
  return 2;
}

static void
report (const Sum *sum,
        double     seconds)
{
  printf ("%" PRIu64 " seeds in %.0f s, %" PRIu64 " failed; %.1f hours, %" PRIu64 " events, %" PRIu64
          " messages dropped\n",
          sum->n_seeds, seconds, sum->n_failed, (double)sum->simulated_ms / 3600000, sum->n_events, sum->n_lost);
  printf ("longest hang %" PRIu64 " ms (%d), with a plain speaker %" PRIu64 " ms (%d); oldest note played %" PRIu64
          " ms (%d); longest System Exclusive %" PRIu64 " octets\n",
          sum->longest_hang_ms, SIM_HANG_MAX_MS, sum->longest_plain_hang_ms, SIM_PLAIN_HANG_MAX_MS,
          sum->oldest_ms, SIM_LATE_MAX_MS, sum->longest_sysex);
}

int
main (int   argc,
      char *argv[])
{
  Options options = {
    .protections = { true, true, true, true, true, true, true, true }, .first = 1, .count = 500, .n_jobs = 1,
  };
  struct timespec start;
  struct timespec end;
  Sum sum;

  for (int i = 1; i < argc;)
    {
      int used = take_option (&options, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

      if (used == 0)
        return help ();
      i += used;
    }

  clock_gettime (CLOCK_MONOTONIC, &start);
  sum = play_jobs (&options);
  if (options.hash_only)
    return 0;
  clock_gettime (CLOCK_MONOTONIC, &end);
  report (&sum, (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
  if (sum.n_seeds != options.count)
    return 1;
  return options.without == NULL ? sum.n_failed > 0 : sum.n_failed == 0;
}
