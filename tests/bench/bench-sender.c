/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bench-sender.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define RING_SIZE (1 << 18)
#define SETTLE_US 50000
#define LOST_US (20 * G_USEC_PER_SEC)

gboolean bench_as_json;

static void
event_cb (ThruEngineEvent *event,
          gpointer         user)
{
  BenchSender *bench = user;

  if (event->type != THRU_ENGINE_LINK_ASKS)
    return;

  thru_engine_accept_link (bench->engine, event->link);
  g_ptr_array_add (bench->links, GUINT_TO_POINTER (event->link));
  bench->last_link = event->link;
  bench->n_links++;
}

void
bench_fail (const char *what)
{
  bench_rooms_close ();
  g_printerr ("Could not measure: %s.\n", what);
  exit (1);
}

gboolean
bench_tick_cb (gpointer user)
{
  return G_SOURCE_CONTINUE;
}

void
bench_send_to_ring (BenchSender  *bench,
                    const guint8 *message)
{
  guint64 one = 1;

  thru_ring_write (bench->ring, bench_now_ns () / 1000, message, BENCH_MESSAGE_SIZE);
  if (write (bench->wake_fd, &one, sizeof one) < 0)
    bench_fail ("the event descriptor is broken");
}

void
bench_send_to_floor (BenchSender  *bench,
                     const guint8 *message)
{
  if (send (bench->floor_fd, message, BENCH_MESSAGE_SIZE, MSG_NOSIGNAL) != BENCH_MESSAGE_SIZE)
    bench_fail ("the bare connection is broken");
}

static void
sleep_until (guint64 ns)
{
  struct timespec until = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

void
bench_measure_latency (BenchSender  *bench,
                       BenchSendFunc send_message,
                       guint         n,
                       guint         per_second,
                       GArray       *latencies_us)
{
  guint64 *sent_ns = g_newa (guint64, n);
  guint64 n_before = atomic_load (&bench->shared->n_before);
  guint64 next_ns;

  g_usleep (SETTLE_US);
  next_ns = bench_now_ns ();
  atomic_store (&bench->shared->n_received, 0);

  for (guint i = 0; i < n; i++)
    {
      guint8 message[BENCH_MESSAGE_SIZE];

      next_ns += 1000000000 / per_second;
      sleep_until (next_ns);
      bench_message (n_before + i, message);
      sent_ns[i] = bench_now_ns ();
      send_message (bench, message);
    }

  /* Not by way of the main context, which may be another thread's. */
  for (guint i = 0; atomic_load (&bench->shared->n_received) < n; i++)
    {
      if (i > LOST_US / 1000)
        bench_fail ("messages were lost");
      g_usleep (1000);
    }
  atomic_store (&bench->shared->n_before, n_before + n);
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

BenchSummary
bench_summarize (GArray *latencies_us)
{
  g_array_sort (latencies_us, compare_doubles);

#define AT(part) g_array_index (latencies_us, double, (guint)((latencies_us->len - 1) * (part)))
  return (BenchSummary) { AT (0.5), AT (0.95), AT (0.99) };
#undef AT
}

int
bench_connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, BENCH_THERE, &address.sin_addr);
  if (connect (fd, (struct sockaddr *)&address, sizeof address) != 0)
    bench_fail ("the other side can not be reached");
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void
bench_say (const char *format,
           ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (!bench_as_json)
    vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

const char *
bench_verdict (double value,
               double reach)
{
  static char text[64];

  if (value <= reach)
    return "reached";
  g_snprintf (text, sizeof text, "missed by %.0f %%", (value / reach - 1) * 100);
  return text;
}

void
bench_add_figure (GString    *json,
                  const char *key,
                  double      value)
{
  g_string_append_printf (json, "%s\"%s\":%.3f", json->len > 1 ? "," : "", key, value);
}

void
bench_end_object (GString *json)
{
  g_string_append (json, "}");
  if (bench_as_json)
    g_print ("%s\n", json->str);
}

void
bench_show_latency (GString     *json,
                    const char  *name,
                    const char  *key,
                    BenchSummary it)
{
  g_autofree char *median = g_strdup_printf ("%s_median_us", key);
  g_autofree char *p95 = g_strdup_printf ("%s_p95_us", key);
  g_autofree char *p99 = g_strdup_printf ("%s_p99_us", key);

  bench_say ("  %-34s %8.0f %8.0f %8.0f µs\n", name, it.median, it.p95, it.p99);
  bench_add_figure (json, median, it.median);
  bench_add_figure (json, p95, it.p95);
  bench_add_figure (json, p99, it.p99);
}

void
bench_show_ratio (GString    *json,
                  const char *name,
                  const char *key,
                  double      value,
                  double      reach)
{
  bench_say ("  %-52s %6.2f×  (≤ %.1f×: %s)\n", name, value, reach, bench_verdict (value, reach));
  bench_add_figure (json, key, value);
}

static void
open_path (BenchSender *bench)
{
  const char *const addresses[] = { BENCH_THERE, NULL };
  guint8 message[BENCH_MESSAGE_SIZE];
  guint64 seen = 0;

  bench_wait_until (atomic_load (&bench->shared->n_ready) == 4, "the other side does not come up");
  thru_engine_dial (bench->engine, 1, addresses, TRUE);
  bench_wait_until (bench->n_links == 1, "the engines do not connect");
  thru_engine_add_input (bench->engine, 1, bench->ring, bench->wake_fd, NULL, NULL, NULL);
  thru_engine_add_remote_output (bench->engine, 1, bench->last_link, BENCH_ADDRESS, NULL);
  thru_engine_connect (bench->engine, 1, 1, NULL);
  bench->floor_fd = bench_connect_to (BENCH_FLOOR_PORT);

  /* The first of a stream, again and again: anything else would not count as expected. */
  bench_message (0, message);
  while (seen == 0)
    {
      atomic_store (&bench->shared->n_received, 0);
      bench_send_to_ring (bench, message);
      g_usleep (10000);
      g_main_context_iteration (NULL, FALSE);
      seen = atomic_load (&bench->shared->n_received);
    }
}

void
bench_sender_open (BenchSender *bench)
{
  bench->shared = bench_rooms_open (bench_receiver);
  if (bench->shared == NULL)
    bench_fail ("network namespaces are not allowed here");

  bench->links = g_ptr_array_new ();
  bench->ring = thru_ring_new (RING_SIZE);
  bench->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  bench->engine = thru_engine_new (event_cb, bench);
  thru_engine_set_hello (bench->engine, "here", "Here");
  open_path (bench);
}

void
bench_sender_close (BenchSender *bench)
{
  thru_engine_stop (bench->engine);
  g_object_unref (bench->engine);
  thru_ring_free (bench->ring);
  g_ptr_array_unref (bench->links);
  bench_rooms_close ();
}
