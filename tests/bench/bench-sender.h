/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "bench-receiver.h"

#include "thru-engine.h"

G_BEGIN_DECLS

/* This side of the path: a simulated device, an engine, a link to the room on the other side, and bare TCP beside it. */
typedef struct
{
  BenchShared *shared;
  ThruEngine  *engine;
  ThruRing    *ring;
  int          wake_fd;
  int          floor_fd;        /* bare TCP to the same place */
  guint        n_links;
  ThruLinkId   last_link;
  GPtrArray   *links;           /* (element-type ThruLinkId) */
} BenchSender;

typedef void (*BenchSendFunc) (BenchSender  *bench,
                               const guint8 *message);

typedef struct
{
  double median;
  double p95;
  double p99;
} BenchSummary;

/* Opens all of it; the first to be called, while the process has one thread. */
void         bench_sender_open     (BenchSender  *bench);
void         bench_sender_close    (BenchSender  *bench);

void         bench_send_to_ring    (BenchSender  *bench,
                                    const guint8 *message);
void         bench_send_to_floor   (BenchSender  *bench,
                                    const guint8 *message);

/* A new TCP connection to the other side. */
int          bench_connect_to      (guint16       port);

/* Sends @n messages evenly and adds to @latencies_us (element-type double) how long each took. Any thread. */
void         bench_measure_latency (BenchSender  *bench,
                                    BenchSendFunc send_message,
                                    guint         n,
                                    guint         per_second,
                                    GArray       *latencies_us);
BenchSummary bench_summarize       (GArray       *latencies_us);

/* What is found is told to people, or, when bench_as_json is set, added to an object. */
extern gboolean bench_as_json;

void         bench_say             (const char   *format,
                                    ...) G_GNUC_PRINTF (1, 2);
const char * bench_verdict         (double        value,
                                    double        reach);
void         bench_add_figure      (GString      *json,
                                    const char   *key,
                                    double        value);

/* Closes the object, and prints it when it was asked for. */
void         bench_end_object      (GString      *json);
void         bench_show_latency    (GString      *json,
                                    const char   *name,
                                    const char   *key,
                                    BenchSummary  it);
void         bench_show_ratio      (GString      *json,
                                    const char   *name,
                                    const char   *key,
                                    double        value,
                                    double        reach);

/* Ends the program. */
void         bench_fail            (const char   *what) G_GNUC_NORETURN;

/* The main thread only. */
gboolean     bench_tick_cb         (gpointer      user);

#define bench_wait_until(condition, what) \
  G_STMT_START { \
    guint64 deadline_ns_ = bench_now_ns () + 20000000000u; \
    guint tick_ = g_timeout_add (2, bench_tick_cb, NULL); \
    while (!(condition)) \
      { \
        if (bench_now_ns () > deadline_ns_) \
          bench_fail (what); \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (tick_); \
  } G_STMT_END

G_END_DECLS
