/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Carries whole messages from sources to destinations and knows what sounds on every route. Time and octets in,
 * octets out; no I/O, no clock, no threads. One thread at a time: the engine's.
 *
 * Each source has a parser; each route (source, destination) has a ledger; each destination has a bounded queue
 * for what it can not take at once. What waits there too long, or finds no room, collapses into state: note-offs, and
 * the last value of each controller, program, bend and pressure, which reach the destination for certain and before
 * all that is newer; a note-on that waits too long is not played. Whatever ends a route, whether
 * thru_router_disconnect(), the removal of its source or a gap in its stream, releases exactly what it holds.
 *
 * Messages pass unchanged, but for these: Active Sensing is not forwarded; a note-off of a note that another route
 * holds at the same destination waits until the last of them lets go, and All Notes Off becomes the note-offs of its
 * own route where others hold notes on the channel. What is dropped for want of room is counted as lost, and a
 * note-on that came too late as late, on the meters of route and destination (of the destination alone if it was
 * dropped while it waited). What ends something or sets a state never is. */
typedef struct _ThruRouter ThruRouter;

/* Source and destination numbers are chosen by the host; each kind has a number space of its own; 0 is none. */
typedef uint32_t ThruPortNumber;

/* Delivers one whole message. FALSE: no room now; the router keeps it and offers it again at the next
 * thru_router_flush(). Must not call back into the router. @time_us: when the source gave it, CLOCK_MONOTONIC. */
typedef bool (*ThruRouterSendFunc) (void          *user,
                                    const uint8_t *message,
                                    size_t         length,
                                    uint64_t       time_us);

#define THRU_ROUTER_LATE_LIMIT_US 250000

/* NULL when out of memory. Freeing sends nothing: see thru_router_release_all(). */
ThruRouter *thru_router_new                (void);
void        thru_router_free               (ThruRouter         *router);

/* Adding a number that is there already, or naming one that is not, is FALSE and changes nothing. @meter: nullable,
 * a reference is taken. */
bool        thru_router_add_source         (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            ThruMeter          *meter);
bool        thru_router_remove_source      (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            now_us);
bool        thru_router_add_destination    (ThruRouter         *router,
                                            ThruPortNumber      destination,
                                            ThruRouterSendFunc  send,
                                            void               *user,
                                            ThruMeter          *meter);

/* Its routes end without a release, for it is gone: to remove one that still plays, disconnect its routes first. */
bool        thru_router_remove_destination (ThruRouter         *router,
                                            ThruPortNumber      destination);

bool        thru_router_connect            (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            ThruPortNumber      destination,
                                            ThruMeter          *meter);
bool        thru_router_disconnect         (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            ThruPortNumber      destination,
                                            uint64_t            now_us);

/* A note-on that is older than this when it could be sent is not played; 0: all are. THRU_ROUTER_LATE_LIMIT_US at
 * first. */
void        thru_router_set_late_limit     (ThruRouter         *router,
                                            uint64_t            us);

/* The time, by which ages are judged: before input whose @time_us may be long ago. thru_router_flush() tells it, too. */
void        thru_router_set_time           (ThruRouter         *router,
                                            uint64_t            now_us);

/* Octets from a source's stream, cut anywhere. @time_us: when the source gave them. */
void        thru_router_input              (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            time_us,
                                            const uint8_t      *bytes,
                                            size_t              length);

/* Part of the source's stream was lost: what its routes hold is released and its parser starts anew. */
void        thru_router_input_gap          (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            now_us);

/* Offers queued messages again. TRUE when nothing is left waiting; else call again soon (a few milliseconds) or
 * when a destination becomes writable. */
bool        thru_router_flush              (ThruRouter         *router,
                                            uint64_t            now_us);

/* Panic: releases every route, then sends CC 120 and CC 123 on all channels to every destination. */
void        thru_router_panic              (ThruRouter         *router,
                                            uint64_t            now_us);

/* Releases every route (program ends). */
void        thru_router_release_all        (ThruRouter         *router,
                                            uint64_t            now_us);

/* Held notes over all routes; for tests and diagnosis. */
unsigned    thru_router_n_held             (ThruRouter         *router);
