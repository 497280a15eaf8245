/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "bench-rooms.h"

G_BEGIN_DECLS

#define BENCH_ENGINE_PORT 1199
#define BENCH_FLOOR_PORT 1201
#define BENCH_FAN_OUT_PORT 1202
#define BENCH_BULK_PORT 1203
#define BENCH_ADDRESS 0x80000001u
#define BENCH_BULK_ADDRESS 0x80000002u
#define BENCH_MESSAGE_SIZE 3
#define BENCH_FRAME_SIZE 13

/* Message number @i of a stream: note-on and note-off in turn, each pair another. Rounds continue it: what comes again and again
 * looks like a loop, and the engine asks whether it is one. */
void bench_message  (guint64      i,
                     guint8       message[BENCH_MESSAGE_SIZE]);

/* The process on the other side: a room with two outputs, a bare TCP reader, a reader of many links, and one of
 * whatever comes. Does not return. */
void bench_receiver (BenchShared *shared);

G_END_DECLS
