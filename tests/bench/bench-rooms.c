/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-rooms.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t other;

guint64
bench_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (guint64)now.tv_sec * 1000000000 + (guint64)now.tv_nsec;
}

guint64
bench_processor_us (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return (guint64)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
         (guint64)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

guint64
bench_resident_kb (void)
{
  FILE *file = fopen ("/proc/self/statm", "r");
  unsigned long pages = 0;

  if (file == NULL)
    return 0;
  if (fscanf (file, "%*u %lu", &pages) != 1)
    pages = 0;
  fclose (file);
  return pages * (guint64)sysconf (_SC_PAGESIZE) / 1024;
}

static gboolean
run (const char *command)
{
  g_autoptr(GError) error = NULL;
  int status = 0;

  if (g_spawn_command_line_sync (command, NULL, NULL, &status, &error) && g_spawn_check_wait_status (status, &error))
    return TRUE;

  g_printerr ("%s: %s\n", command, error->message);
  return FALSE;
}

/* Root of a user namespace of our own is root enough. */
static gboolean
leave_network (void)
{
  if (unshare (CLONE_NEWNET) == 0)
    return TRUE;

  return unshare (CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

static void
wait_for_octet (int fd)
{
  char octet;

  if (read (fd, &octet, 1) != 1)
    _exit (1);
}

static void
run_there (void (      *there ) (BenchShared *shared),
           BenchShared *shared,
           int          from_here,
           int          to_here)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (unshare (CLONE_NEWNET) != 0 || write (to_here, "n", 1) != 1)
    _exit (1);

  wait_for_octet (from_here);
  if (run ("ip addr add " BENCH_THERE "/24 dev bench1") && run ("ip link set bench1 up") && run ("ip link set lo up"))
    there (shared);
  _exit (1);
}

BenchShared *
bench_rooms_open (void ( *there ) (BenchShared *shared))
{
  BenchShared *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_autofree char *cable = NULL;
  int down[2];
  int up[2];

  if (shared == MAP_FAILED || pipe (down) != 0 || pipe (up) != 0 || !leave_network ())
    return NULL;

  other = fork ();
  if (other < 0)
    return NULL;
  if (other == 0)
    run_there (there, shared, down[0], up[1]);

  wait_for_octet (up[0]);
  cable = g_strdup_printf ("ip link add bench0 type veth peer name bench1 netns %d", (int)other);
  if (!run (cable) || !run ("ip addr add " BENCH_HERE "/24 dev bench0") || !run ("ip link set bench0 up") ||
      !run ("ip link set lo up") || write (down[1], "c", 1) != 1)
    return NULL;

  return shared;
}

void
bench_rooms_close (void)
{
  if (other <= 0)
    return;

  kill (other, SIGKILL);
  waitpid (other, NULL, 0);
}
