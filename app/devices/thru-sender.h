/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-backend.h"

#include <stdbool.h>

G_BEGIN_DECLS

/* Plays messages at an open output: at once where its sends never wait, else on a thread of its own; long System
 * Exclusive always there, cut and paced as the backend asks, and as slow as the cable behind the port if there is one, with
 * realtime passing between the pieces. The device is never left inside a System Exclusive: one that can not be finished ends
 * with F7. Private to this layer. */
typedef struct _ThruSender ThruSender;

#define THRU_SENDER_QUEUE (256 * 1024)  /* octets that may wait */
#define THRU_SENDER_STUCK_US 2000000    /* a send that did not return for so long never will */
#define THRU_SENDER_FINISH_US 1000000   /* what was accepted is given up after this */

/* Runs once, on the sender's thread, when the port is used no more. */
typedef void (*ThruSenderDoneFunc) (void *user);

/* @port is borrowed; it may be closed once the sender is done. Never blocks. */
ThruSender *thru_sender_new      (ThruBackendPort    *port,
                                  ThruSenderDoneFunc  done,
                                  void               *user);

/* The engine's thread: one whole message. Never blocks, allocates or locks. FALSE: no room now. */
bool        thru_sender_send     (ThruSender         *sender,
                                  const uint8_t      *message,
                                  size_t              length,
                                  uint64_t            time_us);

/* A System Exclusive of any length, in parts: takes the octets from @at on, or some of them; returns how many, 0: no room now.
 * Until the last of them nothing else but realtime may be sent. Threads as above. */
size_t      thru_sender_take_sysex (ThruSender       *sender,
                                    const uint8_t    *octets,
                                    size_t            length,
                                    size_t            at,
                                    uint64_t          time_us);

/* Ends the one that was taken in part; F7 is sent when some of it was. FALSE: not now, ask again. Threads as above. */
bool        thru_sender_break_sysex (ThruSender      *sender);

/* How long one of so many octets takes, microseconds. Any thread. */
uint64_t    thru_sender_sysex_duration (ThruSender   *sender,
                                        size_t        length);

/* Note-ons that came too late to be played after they were taken, since this was asked last. Threads as thru_sender_send(). */
guint       thru_sender_take_late (ThruSender        *sender);

/* Whether a send hangs. Any thread. */
bool        thru_sender_is_stuck (ThruSender         *sender);

/* Sends what was accepted, then is done. thru_sender_send() must not be called any more. */
void        thru_sender_finish   (ThruSender         *sender);

/* Is done as soon as the send under way, if any, returns; a thread that hangs is left to itself, at the lowest priority. */
void        thru_sender_abort    (ThruSender         *sender);

/* Whether the port is used no more; waits up to @wait_us for that. */
bool        thru_sender_is_done  (ThruSender         *sender,
                                  gint64              wait_us);

/* Only when it is done. */
void        thru_sender_free     (ThruSender         *sender);

G_END_DECLS
