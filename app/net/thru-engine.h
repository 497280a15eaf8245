/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter.h"
#include "thru-ring.h"
#include "thru-router.h"
#include "thru-session-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The engine: one thread with its own main context that owns the sockets, the links and the router. Made, used and freed on
 * one thread (the main thread); calls post commands and return at once, in order; what happens comes back as events on the
 * thread-default main context of that thread. */
#define THRU_TYPE_ENGINE (thru_engine_get_type ())

G_DECLARE_FINAL_TYPE (ThruEngine, thru_engine, THRU, ENGINE, GObject)

typedef guint32 ThruLinkId; /* 0: none; never used twice in a run */
typedef guint32 ThruDialId; /* chosen by the caller, not 0 */

typedef enum
{
  THRU_ENGINE_LISTENING,     /* port */
  THRU_ENGINE_LISTEN_FAILED, /* text: what, why, what to do; address-in-use sets port_in_use. Retried every 5 s. */
  THRU_ENGINE_DIALING,       /* dial: an attempt began */
  THRU_ENGINE_DIAL_FAILED,   /* dial, text: why; retried by itself */
  THRU_ENGINE_LINK_ASKS,     /* link, dial (0 when they connected), address, plain or message (their hello): answer with
                              * thru_engine_accept_link() or thru_engine_refuse_link(); nothing passes before */
  THRU_ENGINE_LINK_MESSAGE,  /* link, message */
  THRU_ENGINE_LINK_TIMING,   /* link, round_trip_us; when it changed by half a millisecond, at most once a second */
  THRU_ENGINE_SYSEX,         /* sysex: what becomes of a long System Exclusive; progress at most four times a second */
  THRU_ENGINE_LINK_CLOSED,   /* link, dial, text, code of their bye if any. Only for links that asked before. */
  THRU_ENGINE_ASLEEP,        /* what thru_engine_sleep() began is done, or as far as it can be */
  THRU_ENGINE_LOOP,          /* meter: of a route that closed a loop (thru-echo-detector.h); muted until it is disconnected */
} ThruEngineEventType;

typedef struct
{
  ThruEngineEventType type;
  ThruLinkId          link;
  ThruDialId          dial;
  gboolean            plain;         /* LINK_ASKS: plain MIDI octets, no hello */
  gboolean            port_in_use;
  gboolean            cut;           /* LINK_CLOSED: nobody ended it, text says what is wrong */
  guint               port;
  char               *address;       /* "10.77.0.2:1199", "[fe80::1%eth0]:1199" */
  char               *text;          /* translated sentence */
  char               *code;
  guint64             round_trip_us;
  ThruSysexReport     sysex;
  ThruSessionMessage *message;
  ThruMeter          *meter;         /* nullable */
} ThruEngineEvent;

/* @event is borrowed; the callee may steal its members. */
typedef void (*ThruEngineEventFunc) (ThruEngineEvent *event,
                                     gpointer         user);

/* Starts the thread. */
ThruEngine *thru_engine_new                (ThruEngineEventFunc  func,
                                            gpointer             user);

/* Releases every route here and in other rooms, says bye on every link, ends the thread. Blocks at most 500 ms. After it no
 * event comes. Must be called before the last unref. */
void        thru_engine_stop               (ThruEngine          *self);

/* What we say of ourselves; sent on each link as it opens, and again on accepted links when it changes. */
void        thru_engine_set_hello          (ThruEngine          *self,
                                            const char          *room_id,
                                            const char          *room_name);

/* What our hellos say in "run": whoever says another is not us, even with our room's id. */
const char *thru_engine_get_run            (ThruEngine          *self);

/* Port 0: any free one (tests). Again with another port: moves there. */
void        thru_engine_listen             (ThruEngine          *self,
                                            guint                port);
void        thru_engine_stop_listening     (ThruEngine          *self);

/* Keeps trying to reach one room for ever (0.25 s doubling to 2 s, with jitter) until thru_engine_hang_up(); at once when called
 * again with other @addresses or with @hurry. While a link that it opened lives it rests. When that link was closed with code
 * "duplicate" it rests until thru_engine_dial() is called again. @addresses: (array NULL-terminated) what g_network_address_parse
 * takes, or IPv6 link-local with %scope; tried in order. */
void        thru_engine_dial               (ThruEngine          *self,
                                            ThruDialId           dial,
                                            const char * const  *addresses,
                                            gboolean             hurry);

/* Stops trying; its link stays. */
void        thru_engine_hang_up            (ThruEngine          *self,
                                            ThruDialId           dial);

void        thru_engine_accept_link        (ThruEngine          *self,
                                            ThruLinkId           link);

/* Closes a link with a bye: @code "refused", "duplicate", "twin" or "quit"; @reason a sentence. Releases what it plays here first. */
void        thru_engine_refuse_link        (ThruEngine          *self,
                                            ThruLinkId           link,
                                            const char          *code,
                                            const char          *reason);

/* Sends a session message; (transfer none). Dropped when the link is gone. */
void        thru_engine_send               (ThruEngine          *self,
                                            ThruLinkId           link,
                                            const ThruSessionMessage *message);

/* Sources and destinations; numbers as in thru-router.h, chosen by the caller, each kind its own space below 0x80000000.
 * @keep is released (any thread) once the engine uses the port no more. @meter: nullable. */
void        thru_engine_add_input          (ThruEngine          *self,
                                            ThruPortNumber       source,
                                            ThruRing            *ring,
                                            int                  wake_fd,
                                            gpointer             keep,
                                            GDestroyNotify       release,
                                            ThruMeter           *meter);
/* A plain link's octets as a source. */
void        thru_engine_add_link_input     (ThruEngine          *self,
                                            ThruPortNumber       source,
                                            ThruLinkId           link,
                                            ThruMeter           *meter);
void        thru_engine_remove_source      (ThruEngine          *self,
                                            ThruPortNumber       source);

/* A local output. @address: node address under which accepted links may play it, 0 for none. */
void        thru_engine_add_output         (ThruEngine          *self,
                                            ThruPortNumber       destination,
                                            guint32              address,
                                            ThruRouterSendFunc   send,
                                            gpointer             user,
                                            GDestroyNotify       release,
                                            ThruMeter           *meter);
/* How an output takes long System Exclusive: see thru_router_set_sysex(). @funcs: static; they are given the output's user. */
void        thru_engine_set_sysex          (ThruEngine          *self,
                                            ThruPortNumber       destination,
                                            const ThruSysexFuncs *funcs);

/* Breaks off the long System Exclusive that is being sent to the destination, if any. */
void        thru_engine_cancel_sysex       (ThruEngine          *self,
                                            ThruPortNumber       destination);

/* A destination in another room. It goes with the link. */
void        thru_engine_add_remote_output  (ThruEngine          *self,
                                            ThruPortNumber       destination,
                                            ThruLinkId           link,
                                            guint32              address,
                                            ThruMeter           *meter);
/* Its routes are released first. */
void        thru_engine_remove_destination (ThruEngine          *self,
                                            ThruPortNumber       destination);

void        thru_engine_connect            (ThruEngine          *self,
                                            ThruPortNumber       source,
                                            ThruPortNumber       destination,
                                            ThruMeter           *meter);
void        thru_engine_disconnect         (ThruEngine          *self,
                                            ThruPortNumber       source,
                                            ThruPortNumber       destination);

/* As thru_router_set_loop_patience(). */
void        thru_engine_set_loop_patience  (ThruEngine          *self,
                                            guint64              us);
void        thru_engine_panic              (ThruEngine          *self);

/* Note-ons that are later than @us where they could be sent or played are left out, from now on; 0: none are. Set from the start:
 * THRU_ROUTER_LATE_LIMIT_US. */
void        thru_engine_set_late_limit     (ThruEngine          *self,
                                            guint64              us);

/* The computer is about to sleep: releases every route here and in other rooms, says bye with code "sleep" on every link, dials
 * no more and lets nobody in; what inputs give is thrown away. THRU_ENGINE_ASLEEP comes once all has left, within 700 ms. */
void        thru_engine_sleep              (ThruEngine          *self);

/* It slept, or it may have: inputs play again, what sounded before is released, and every link must show that it lives. Dials
 * begin with thru_engine_dial(). */
void        thru_engine_wake               (ThruEngine          *self);

/* The network is another: every link must show that it lives. */
void        thru_engine_probe              (ThruEngine          *self);

/* How many MIDI messages a link may play here, for links accepted from now on: @rate a second and @burst on top (beyond it what
 * can be spared is dropped), @flood a second for two seconds (then it is closed). @rate 0: no limit. Set from the start: those of
 * thru-limits.h. */
void        thru_engine_set_message_limits (ThruEngine          *self,
                                            guint                rate,
                                            guint                burst,
                                            guint                flood);

G_END_DECLS
