/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter.h"
#include "thru-sysex-player.h"

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
 * System Exclusive is collected whole before any of it is sent, and then sent in pieces where the destination takes it so;
 * nothing but realtime comes between. All long ones together take THRU_ROUTER_SYSEX_OCTETS at most; one that finds no room,
 * is longer than THRU_MIDI_SYSEX_MAX or is not finished by its source is not sent at all, counted as lost and reported.
 *
 * Messages pass unchanged, but for these: Active Sensing is not forwarded; a note-off of a note that another route
 * holds at the same destination waits until the last of them lets go, and All Notes Off becomes the note-offs of its
 * own route where others hold notes on the channel. What is dropped for want of room is counted as lost, and a
 * note-on that came too late as late, on the meters of route and destination. What ends something or sets a state never
 * is. */
typedef struct _ThruRouter ThruRouter;

/* Source and destination numbers are chosen by the host; each kind has a number space of its own; 0 is none. */
typedef uint32_t ThruPortNumber;

/* Delivers one whole message. FALSE: no room now; the router keeps it and offers it again at the next
 * thru_router_flush(). Must not call back into the router. @time_us: when the source gave it, CLOCK_MONOTONIC. */
typedef bool (*ThruRouterSendFunc) (void          *user,
                                    const uint8_t *message,
                                    size_t         length,
                                    uint64_t       time_us);

/* The route with @meter closed a loop: what it sent came back into its source. It is muted, what it held is released, and so it
 * stays until it is disconnected. Must not call back into the router. */
typedef void (*ThruRouterLoopFunc) (void      *user,
                                    ThruMeter *meter);

#define THRU_ROUTER_LATE_LIMIT_US 250000

/* What long System Exclusive may take, all together: while it comes in, waits and is sent. */
#define THRU_ROUTER_SYSEX_OCTETS (8 * 1024 * 1024)

/* A System Exclusive of which nothing came for so long will not be finished. */
#define THRU_ROUTER_SYSEX_SILENCE_US 5000000

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

/* The destination takes System Exclusive that is longer than THRU_MIDI_SYSEX_SHORT by @funcs (borrowed; with the same user
 * as its send function), up to @max octets. At first it is given each in one, up to THRU_DESTINATION_SYSEX_WHOLE_MAX
 * octets. @funcs NULL: so it stays. */
bool        thru_router_set_sysex          (ThruRouter         *router,
                                            ThruPortNumber      destination,
                                            const ThruSysexFuncs *funcs,
                                            size_t              max);

/* Whom to tell what becomes of long System Exclusive, and of any that a source did not finish. Must not call back into
 * the router. */
void        thru_router_set_sysex_report   (ThruRouter         *router,
                                            ThruSysexReportFunc func,
                                            void               *user);

/* Whether the destination is being sent one. */
bool        thru_router_is_sending_sysex   (ThruRouter         *router,
                                            ThruPortNumber      destination);

/* Breaks off what is being sent to the destination. FALSE: nothing is. */
bool        thru_router_cancel_sysex       (ThruRouter         *router,
                                            ThruPortNumber      destination);

/* What all long System Exclusive is taken from. For parsers in front of thru_router_input_sysex(), which must not outlive
 * the router. */
ThruOctetBudget *
            thru_router_get_sysex_budget   (ThruRouter         *router);

/* A note-on that is older than this when it could be sent is not played; 0: all are. THRU_ROUTER_LATE_LIMIT_US at
 * first. */
void        thru_router_set_late_limit     (ThruRouter         *router,
                                            uint64_t            us);

/* The time, by which ages are judged: before input whose @time_us may be long ago. thru_router_flush() tells it, too. When it
 * is told much later than thru_router_deadline() asked for, the program did not run meanwhile (thru-lapse.h): see
 * ThruRouterDoubt. */
void        thru_router_set_time           (ThruRouter         *router,
                                            uint64_t            now_us);

/* Loops (thru-echo-detector.h). @func: nullable. Sources are watched one by one; not those that play here for another
 * room, which are for that room to mute. @us: how much longer than half a second an echo may last before something is
 * tried; a loop through several rooms is cut by the least patient one. */
void        thru_router_set_loop_func      (ThruRouter         *router,
                                            ThruRouterLoopFunc  func,
                                            void               *user);
void        thru_router_set_loop_patience  (ThruRouter         *router,
                                            uint64_t            us);
bool        thru_router_watch_source       (ThruRouter         *router,
                                            ThruPortNumber      source);

/* What to think of a source after the program did not run for a while. At first: nothing, for its octets bear their own time
 * and wait. */
typedef enum
{
  THRU_ROUTER_DOUBT_NOTHING,
  THRU_ROUTER_DOUBT_TIME,   /* @time_us is when we were given them: they may have waited as long as that */
  THRU_ROUTER_DOUBT_STREAM, /* the same, and some were lost: what its routes hold is released, and what it began not finished */
} ThruRouterDoubt;
bool        thru_router_doubt_source       (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            ThruRouterDoubt     doubt);

/* Octets from a source's stream, cut anywhere. @time_us: when the source gave them. */
void        thru_router_input              (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            time_us,
                                            const uint8_t      *bytes,
                                            size_t              length);

/* A long System Exclusive that was collected elsewhere, between two messages of thru_router_input(). */
void        thru_router_input_sysex        (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            time_us,
                                            ThruSysex          *sysex);

/* One that was collected elsewhere and came to nothing: counted and reported for the source, or, when it has no meter, for
 * each destination that would have had it. */
void        thru_router_lose_sysex         (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            ThruSysexState      state);

/* Part of the source's stream was lost: what its routes hold is released and its parser starts anew. */
void        thru_router_input_gap          (ThruRouter         *router,
                                            ThruPortNumber      source,
                                            uint64_t            now_us);

/* Offers queued messages again. TRUE when nothing is left waiting; else call again soon (a few milliseconds) or
 * when a destination becomes writable. */
bool        thru_router_flush              (ThruRouter         *router,
                                            uint64_t            now_us);

/* After a flush that was FALSE: whether only System Exclusive that takes long is under way, so that it is early enough to
 * look again in THRU_ROUTER_PATIENCE_US. */
#define THRU_ROUTER_PATIENCE_US 20000
bool        thru_router_is_patient         (ThruRouter         *router);

/* When thru_router_flush() wants to be called though nothing waits: for a System Exclusive that may never be finished, or to see
 * that the program runs. UINT64_MAX: never. */
uint64_t    thru_router_deadline           (ThruRouter         *router);

/* Panic: releases every route, then sends CC 120 and CC 123 on all channels to every destination. */
void        thru_router_panic              (ThruRouter         *router,
                                            uint64_t            now_us);

/* Releases every route (program ends), and breaks off what System Exclusive is being sent. */
void        thru_router_release_all        (ThruRouter         *router,
                                            uint64_t            now_us);

/* Held notes over all routes; for tests and diagnosis. */
unsigned    thru_router_n_held             (ThruRouter         *router);
