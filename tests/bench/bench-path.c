/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-receiver.h"

#include "thru-dmidi-frame.h"
#include "thru-engine.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The engine's path: a simulated device here, through engine, TCP over a virtual cable and engine, to a simulated device there,
 * beside what bare TCP costs over the same cable in the same run. Short rounds of both alternate, so that the machine's mood
 * hits both. */

#define RING_SIZE (1 << 18)
#define ROUNDS 24
#define ROUND_MESSAGES 50
#define NOTES_PER_SECOND 200
#define FAN_OUT_MESSAGES 60
#define FAN_OUT_PER_SECOND 50
#define THROUGHPUT_MESSAGES 1000000
#define IN_FLIGHT_MAX 4096
#define LOAD_ROUNDS 2
#define LOAD_ROUND_MESSAGES 600
#define SETTLE_US 50000
#define SETTLE_LONG_US 300000

typedef struct
{
  GArray *latencies_us; /* (element-type double) */
} Samples;

typedef struct
{
  double median;
  double p95;
  double p99;
} Summary;

typedef struct
{
  BenchShared *shared;
  ThruEngine  *engine;
  ThruRing    *ring;
  int          wake_fd;
  int          floor_fd;
  guint        n_links;
  ThruLinkId   last_link;
  GPtrArray   *events_of_links; /* (element-type guint ThruLinkId) */
} Bench;

typedef void (*SendFunc) (Bench        *bench,
                          const guint8 *message);

static gboolean as_json;
static char *load;
static int only_figure;

static gboolean
is_wanted (int figure)
{
  return only_figure == 0 || only_figure == figure;
}

static void
event_cb (ThruEngineEvent *event,
          gpointer         user)
{
  Bench *bench = user;

  if (event->type != THRU_ENGINE_LINK_ASKS)
    return;

  thru_engine_accept_link (bench->engine, event->link);
  g_ptr_array_add (bench->events_of_links, GUINT_TO_POINTER (event->link));
  bench->last_link = event->link;
  bench->n_links++;
}

static void
fail (const char *what)
{
  bench_rooms_close ();
  g_printerr ("Could not measure: %s.\n", what);
  exit (1);
}

static gboolean
tick_cb (gpointer user)
{
  return G_SOURCE_CONTINUE;
}

#define wait_until(condition, what) \
  G_STMT_START { \
    guint64 deadline_ns_ = bench_now_ns () + 20000000000u; \
    guint tick_ = g_timeout_add (2, tick_cb, NULL); \
    while (!(condition)) \
      { \
        if (bench_now_ns () > deadline_ns_) \
        fail (what); \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (tick_); \
  } G_STMT_END

static void
send_to_ring (Bench        *bench,
              const guint8 *message)
{
  guint64 one = 1;

  thru_ring_write (bench->ring, bench_now_ns () / 1000, message, BENCH_MESSAGE_SIZE);
  if (write (bench->wake_fd, &one, sizeof one) < 0)
    fail ("the event descriptor is broken");
}

static void
send_to_floor (Bench        *bench,
               const guint8 *message)
{
  if (send (bench->floor_fd, message, BENCH_MESSAGE_SIZE, MSG_NOSIGNAL) != BENCH_MESSAGE_SIZE)
    fail ("the bare connection is broken");
}

static void
sleep_until (guint64 ns)
{
  struct timespec until = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

/* Sends @n messages evenly and adds how long each took. */
static void
measure_latency (Bench   *bench,
                 SendFunc send_message,
                 guint    n,
                 guint    per_second,
                 GArray  *latencies_us)
{
  guint64 *sent_ns = g_newa (guint64, n);
  guint64 next_ns;

  g_usleep (SETTLE_US);
  next_ns = bench_now_ns ();
  atomic_store (&bench->shared->n_received, 0);

  for (guint i = 0; i < n; i++)
    {
      guint8 message[BENCH_MESSAGE_SIZE];

      next_ns += 1000000000 / per_second;
      sleep_until (next_ns);
      bench_message (i, message);
      sent_ns[i] = bench_now_ns ();
      send_message (bench, message);
    }

  wait_until (atomic_load (&bench->shared->n_received) >= n, "messages were lost");
  for (guint i = 0; i < n; i++)
    {
      double us = (double)(bench->shared->received_ns[i] - sent_ns[i]) / 1000;

      g_array_append_val (latencies_us, us);
    }
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double left = *(const double *)a;
  double right = *(const double *)b;

  return left < right ? -1 : left > right;
}

static Summary
summarize (GArray *latencies_us)
{
  g_array_sort (latencies_us, compare_doubles);

#define AT(part) g_array_index (latencies_us, double, (guint)((latencies_us->len - 1) * (part)))
  return (Summary) { AT (0.5), AT (0.95), AT (0.99) };
#undef AT
}

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, BENCH_THERE, &address.sin_addr);
  if (connect (fd, (struct sockaddr *)&address, sizeof address) != 0)
    fail ("the other side can not be reached");
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void
G_GNUC_PRINTF (1,
               2)
say (const char *format,
     ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (!as_json)
    vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

static const char *
verdict (double value,
         double reach)
{
  static char text[64];

  if (value <= reach)
    return "reached";
  g_snprintf (text, sizeof text, "missed by %.0f %%", (value / reach - 1) * 100);
  return text;
}

static void
add_figure (GString    *json,
            const char *key,
            double      value)
{
  g_string_append_printf (json, "%s\"%s\":%.3f", json->len > 1 ? "," : "", key, value);
}

static void
show_latency (GString    *json,
              const char *name,
              const char *key,
              Summary     it)
{
  g_autofree char *median = g_strdup_printf ("%s_median_us", key);
  g_autofree char *p95 = g_strdup_printf ("%s_p95_us", key);
  g_autofree char *p99 = g_strdup_printf ("%s_p99_us", key);

  say ("  %-34s %8.0f %8.0f %8.0f µs\n", name, it.median, it.p95, it.p99);
  add_figure (json, median, it.median);
  add_figure (json, p95, it.p95);
  add_figure (json, p99, it.p99);
}

static void
show_ratio (GString    *json,
            const char *name,
            const char *key,
            double      value,
            double      reach)
{
  say ("  %-52s %6.2f×  (≤ %.1f×: %s)\n", name, value, reach, verdict (value, reach));
  add_figure (json, key, value);
}

/* Figure 1. Returns the quiet path, against which the busy one is held. */
static void
bench_latency (Bench   *bench,
               GString *json)
{
  g_autoptr(GArray) floor_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) path_us = g_array_new (FALSE, FALSE, sizeof (double));
  Summary bare;
  Summary path;

  for (guint i = 0; i < ROUNDS; i++)
    {
      measure_latency (bench, send_to_floor, ROUND_MESSAGES, NOTES_PER_SECOND, floor_us);
      measure_latency (bench, send_to_ring, ROUND_MESSAGES, NOTES_PER_SECOND, path_us);
    }

  bare = summarize (floor_us);
  path = summarize (path_us);
  say ("Notes, %d a second, one way                median      p95      p99\n", NOTES_PER_SECOND);
  show_latency (json, "bare TCP", "floor", bare);
  show_latency (json, "device → engine → engine → device", "path", path);
  show_ratio (json, "1  path over bare TCP, median", "path_over_floor_median", path.median / bare.median, 1.6);
  show_ratio (json, "1  path over bare TCP, p99", "path_over_floor_p99", path.p99 / bare.p99, 1.6);
}

static GPid
start_load (void)
{
  g_auto(GStrv) arguments = NULL;
  GPid pid = 0;

  if (!g_shell_parse_argv (load, NULL, &arguments, NULL) ||
      !g_spawn_async (NULL, arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, &pid, NULL))
    fail ("the load does not start");

  g_usleep (3 * G_USEC_PER_SEC);
  return pid;
}

/* Figure 3: while the load runs, against the quiet machine. */
static void
bench_load (Bench   *bench,
            GString *json)
{
  g_autoptr(GArray) quiet_us = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr(GArray) busy_us = g_array_new (FALSE, FALSE, sizeof (double));
  Summary quiet;
  Summary busy;

  for (guint i = 0; i < LOAD_ROUNDS; i++)
    {
      GPid pid;

      measure_latency (bench, send_to_ring, LOAD_ROUND_MESSAGES, NOTES_PER_SECOND, quiet_us);
      pid = start_load ();
      measure_latency (bench, send_to_ring, LOAD_ROUND_MESSAGES, NOTES_PER_SECOND, busy_us);
      if (kill (pid, SIGTERM) != 0 || waitpid (pid, NULL, 0) != pid)
        fail ("the load ended early");
    }

  quiet = summarize (quiet_us);
  busy = summarize (busy_us);
  say ("The same under load\n");
  show_latency (json, "quiet", "quiet", quiet);
  show_latency (json, "under load", "busy", busy);
  show_ratio (json, "3  under load over quiet, median", "busy_over_quiet_median", busy.median / quiet.median, 1.1);
  show_ratio (json, "3  under load over quiet, p99", "busy_over_quiet_p99", busy.p99 / quiet.p99, 1.3);
}

/* Figures 7 and 8. */
static void
bench_throughput (Bench   *bench,
                  GString *json)
{
  guint64 began_ns;
  guint64 here_us;
  guint64 there_us;
  guint64 memory_kb;
  double seconds;
  double rate;
  double processor_us;
  double growth_kb;

  g_usleep (SETTLE_LONG_US);
  atomic_store (&bench->shared->n_received, 0);
  memory_kb = bench_resident_kb () + atomic_load (&bench->shared->resident_kb);
  there_us = atomic_load (&bench->shared->processor_us);
  here_us = bench_processor_us (RUSAGE_SELF) - bench_processor_us (RUSAGE_THREAD);
  began_ns = bench_now_ns ();

  for (guint64 i = 0; i < THROUGHPUT_MESSAGES; i++)
    {
      guint8 message[BENCH_MESSAGE_SIZE];

      for (guint tries = 0; i - atomic_load (&bench->shared->n_received) >= IN_FLIGHT_MAX; tries++)
        {
          if (tries > 200000)
            fail ("messages were lost in the flood");
          g_usleep (20);
        }
      bench_message (i, message);
      send_to_ring (bench, message);
    }
  wait_until (atomic_load (&bench->shared->n_received) >= THROUGHPUT_MESSAGES, "messages were lost in the flood");

  seconds = (double)(bench_now_ns () - began_ns) / 1e9;
  g_usleep (SETTLE_LONG_US);
  here_us = bench_processor_us (RUSAGE_SELF) - bench_processor_us (RUSAGE_THREAD) - here_us;
  there_us = atomic_load (&bench->shared->processor_us) - there_us;
  growth_kb = (double)(bench_resident_kb () + atomic_load (&bench->shared->resident_kb)) - (double)memory_kb;
  rate = THROUGHPUT_MESSAGES / seconds;
  processor_us = (double)(here_us + there_us) / THROUGHPUT_MESSAGES;

  say ("Flood of %d messages\n", THROUGHPUT_MESSAGES);
  say ("  7  messages a second on one link                 %9.0f  (≥ 300000: %s)\n", rate, verdict (300000, rate));
  say ("  7  growth of memory meanwhile                    %6.0f KiB\n", growth_kb);
  say ("  8  processor per message, both engines           %6.2f µs  (≤ 10 µs: %s)\n", processor_us, verdict (processor_us, 10));
  add_figure (json, "messages_per_second", rate);
  add_figure (json, "memory_growth_kib", growth_kb);
  add_figure (json, "processor_us_per_message", processor_us);
}

/* What an engine is held against: a thread that waits for the same ring and writes to the same sockets, and does nothing else. */
typedef struct
{
  Bench *bench;
  int   *fds;
  guint  n;
} FanOutFloor;

static gpointer
run_fan_out_floor (gpointer data)
{
  FanOutFloor *self = data;
  struct pollfd poll_fd = { .fd = self->bench->wake_fd, .events = POLLIN };
  guint8 octets[64];
  guint64 time_us;
  guint64 value;

  for (guint sent = 0; sent < FAN_OUT_MESSAGES;)
    {
      poll (&poll_fd, 1, 1000);
      if (read (poll_fd.fd, &value, sizeof value) < 0)
        continue;
      while (thru_ring_read (self->bench->ring, &time_us, octets + THRU_DMIDI_FRAME_HEADER_SIZE, BENCH_MESSAGE_SIZE) > 0)
        {
          thru_dmidi_frame_header_write (octets, BENCH_ADDRESS, 0, BENCH_MESSAGE_SIZE);
          for (guint i = 0; i < self->n; i++)
            {
              if (send (self->fds[i], octets, BENCH_FRAME_SIZE, MSG_NOSIGNAL) < 0)
                fail ("a bare connection is broken");
            }
          sent++;
        }
    }

  return NULL;
}

static double
fan_out_floor (Bench *bench,
               guint  n)
{
  g_autoptr(GArray) latencies_us = g_array_new (FALSE, FALSE, sizeof (double));
  FanOutFloor data = { bench, g_newa (int, n), n };
  GThread *thread;

  for (guint i = 0; i < n; i++)
    data.fds[i] = connect_to (BENCH_FAN_OUT_PORT);
  wait_until (atomic_load (&bench->shared->n_connected) == n, "connections were lost");

  thread = g_thread_new ("floor", run_fan_out_floor, &data);
  measure_latency (bench, send_to_ring, FAN_OUT_MESSAGES, FAN_OUT_PER_SECOND, latencies_us);
  g_thread_join (thread);

  for (guint i = 0; i < n; i++)
    close (data.fds[i]);
  wait_until (atomic_load (&bench->shared->n_connected) == 0, "connections did not end");
  return summarize (latencies_us).median;
}

static double
fan_out_path (Bench *bench,
              guint  n)
{
  static ThruDialId last_dial = 100;
  static ThruPortNumber last_port = 100;
  const char *const addresses[] = { BENCH_THERE ":1202", NULL };
  g_autoptr(GArray) latencies_us = g_array_new (FALSE, FALSE, sizeof (double));
  guint first = bench->events_of_links->len;
  ThruPortNumber source = ++last_port;

  for (guint i = 0; i < n; i++)
    thru_engine_dial (bench->engine, ++last_dial, addresses, FALSE);
  wait_until (bench->events_of_links->len == first + n, "links did not open");

  thru_engine_add_input (bench->engine, source, bench->ring, bench->wake_fd, NULL, NULL, NULL);
  for (guint i = 0; i < n; i++)
    {
      ThruLinkId link = GPOINTER_TO_UINT (g_ptr_array_index (bench->events_of_links, first + i));

      thru_engine_add_remote_output (bench->engine, ++last_port, link, BENCH_ADDRESS, NULL);
      thru_engine_connect (bench->engine, source, last_port, NULL);
    }
  measure_latency (bench, send_to_ring, FAN_OUT_MESSAGES, FAN_OUT_PER_SECOND, latencies_us);

  for (guint i = 0; i < n; i++)
    {
      ThruLinkId link = GPOINTER_TO_UINT (g_ptr_array_index (bench->events_of_links, first + i));

      thru_engine_hang_up (bench->engine, last_dial - i);
      thru_engine_refuse_link (bench->engine, link, "quit", "Measured.");
    }
  thru_engine_remove_source (bench->engine, source);
  wait_until (atomic_load (&bench->shared->n_connected) == 0, "links did not end");
  return summarize (latencies_us).median;
}

/* Figure 6. The source here is not the one of the other figures: the ring has one reader at a time. */
static void
bench_fan_out (Bench   *bench,
               GString *json)
{
  static const guint counts[] = { 1, 8, 64, 256 };

  say ("One source to many links, %d a second, until the last has it (median)\n", FAN_OUT_PER_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *key = g_strdup_printf ("fan_out_%u_over_floor", counts[i]);
      double bare_us;
      double path_us;

      atomic_store (&bench->shared->n_receivers, counts[i]);
      bare_us = fan_out_floor (bench, counts[i]);
      path_us = fan_out_path (bench, counts[i]);
      name = g_strdup_printf ("6  %3u links: ring → poll %5.0f µs, engine %5.0f µs", counts[i], bare_us, path_us);
      show_ratio (json, name, key, path_us / bare_us, 1.2);
    }
}

static void
open_path (Bench *bench)
{
  const char *const addresses[] = { BENCH_THERE, NULL };
  guint8 message[BENCH_MESSAGE_SIZE];
  guint64 seen = 0;

  wait_until (atomic_load (&bench->shared->n_ready) == 3, "the other side does not come up");
  thru_engine_dial (bench->engine, 1, addresses, TRUE);
  wait_until (bench->n_links == 1, "the engines do not connect");
  thru_engine_add_input (bench->engine, 1, bench->ring, bench->wake_fd, NULL, NULL, NULL);
  thru_engine_add_remote_output (bench->engine, 1, bench->last_link, BENCH_ADDRESS, NULL);
  thru_engine_connect (bench->engine, 1, 1, NULL);
  bench->floor_fd = connect_to (BENCH_FLOOR_PORT);

  /* The first of a stream, again and again: anything else would not count as expected. */
  bench_message (0, message);
  while (seen == 0)
    {
      atomic_store (&bench->shared->n_received, 0);
      send_to_ring (bench, message);
      g_usleep (10000);
      g_main_context_iteration (NULL, FALSE);
      seen = atomic_load (&bench->shared->n_received);
    }
}

int
main (int   argc,
      char *argv[])
{
  const GOptionEntry options[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the figures as one JSON object", NULL },
    { "figure", 0, 0, G_OPTION_ARG_INT, &only_figure, "Measure figure N alone: 1, 3, 6 or 7 (with 8)", "N" },
    { "load", 0, 0, G_OPTION_ARG_STRING, &load, "Measure again while COMMAND runs", "COMMAND" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GString) json = g_string_new ("{");
  Bench bench = { .events_of_links = g_ptr_array_new () };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL))
    fail ("unknown option");

  bench.shared = bench_rooms_open (bench_receiver);
  if (bench.shared == NULL)
    fail ("network namespaces are not allowed here");

  bench.ring = thru_ring_new (RING_SIZE);
  bench.wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  bench.engine = thru_engine_new (event_cb, &bench);
  thru_engine_set_hello (bench.engine, "here", "Here");
  open_path (&bench);

  if (is_wanted (1))
    bench_latency (&bench, json);
  if (is_wanted (3) && load != NULL)
    bench_load (&bench, json);
  if (is_wanted (7))
    bench_throughput (&bench, json);
  if (atomic_load (&bench.shared->n_wrong) != 0)
    fail ("octets changed on the way");
  thru_engine_remove_source (bench.engine, 1);
  if (is_wanted (6))
    bench_fan_out (&bench, json);

  g_string_append (json, "}");
  if (as_json)
    g_print ("%s\n", json->str);

  thru_engine_stop (bench.engine);
  g_object_unref (bench.engine);
  thru_ring_free (bench.ring);
  g_ptr_array_unref (bench.events_of_links);
  bench_rooms_close ();
  return 0;
}
