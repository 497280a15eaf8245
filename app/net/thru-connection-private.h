/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-connection.h"
#include "thru-probation.h"
#include "thru-token-bucket.h"

G_BEGIN_DECLS

/* thru-connection.c writes and ends; thru-connection-input.c reads and answers; thru-connection-timing.c keeps time. */
struct _ThruConnection
{
  guint32                    id;
  guint32                    dial;
  const ThruConnectionFuncs *funcs;
  gpointer                   user;
  GMainContext              *context;

  GSocket                   *socket;
  GObject                   *owner;
  ThruLink                  *link;
  ThruHeartbeat             *heartbeat; /* borrowed */
  GSource                   *source;  /* NULL once gone */
  gpointer                   fd_tag;
  gboolean                   pending; /* told that there is something to write, and not yet called to */
  gboolean                   blocked; /* the socket takes no more: waiting for it to be writable */
  gint64                     rests_until_us; /* not read until then, for so much came; 0: it is */
  gint64                     read_paid_us;   /* what was read may have come by then, at the rate that is allowed */

  char                      *address; /* with the port, which is any when they dialed */
  char                      *who;     /* in sentences, before they have a name */
  GInetAddress              *remote;
  char                      *name;    /* from their hello */
  gsize                      sysex_max; /* from their hello */
  gboolean                   plain;
  gboolean                   framed;

  guint64                    midi_age_us; /* of what is being handed on */
  ThruProbation              probation;
  gint64                     last_output_us;
  gint64                     last_ping_us;
  guint64                    ping_t1; /* of the ping without an answer; 0 none */
  gboolean                   ping_postponed;
  guint64                    round_trip_us; /* as it was told last; 0: not yet */

  /* From them, before they are accepted */
  gsize                      undecided_midi;
  GQueue                     held;    /* (element-type ThruSessionMessage) */
  gsize                      held_octets;
  ThruTokenBucket            session_rate;

  /* To them */
  GQueue                     session_queue; /* (element-type GBytes) */
  gsize                      session_queued;

  /* The end */
  gboolean                   closing; /* closed() is being told, or was */
  gboolean                   closed;  /* closed() was told */
  gboolean                   cut;     /* they did not end it */
  gboolean                   shut;
  GByteArray                *farewell;
  gint64                     linger_until_us;
};

const char *_thru_connection_who          (ThruConnection           *self);
void        _thru_connection_pending      (ThruConnection           *self);
void        _thru_connection_send_text    (ThruConnection           *self,
                                           GBytes                   *text);
void        _thru_connection_send_message (ThruConnection           *self,
                                           const ThruSessionMessage *message);

/* Takes @text. */
void        _thru_connection_finish       (ThruConnection           *self,
                                           const char               *bye_code,
                                           const char               *bye_reason,
                                           char                     *text,
                                           const char               *their_code);

/* @error: (nullable) of a read or write; NULL when they closed it. */
void        _thru_connection_lose         (ThruConnection           *self,
                                           const GError             *error);
void        _thru_connection_linger       (ThruConnection           *self);

/* Reads no more until then, so that the other side has to wait; 0: reads again. */
void        _thru_connection_rest         (ThruConnection           *self,
                                           gint64                    until_us);

/* When it wants to be woken, if nothing else does. */
gint64      _thru_connection_get_deadline (ThruConnection           *self);

/* A moment to say that we are alive, if that is due or soon will be. */
void        _thru_connection_beat         (ThruConnection           *self,
                                           gint64                    now_us);

/* In each wake-up; @was_woken: by the socket. */
void        _thru_connection_keep_time    (ThruConnection           *self,
                                           gboolean                  was_woken,
                                           gint64                    now_us);
void        _thru_connection_ping_first   (ThruConnection           *self);
void        _thru_connection_answer_ping  (ThruConnection           *self,
                                           const ThruSessionMessage *ping);
void        _thru_connection_take_pong    (ThruConnection           *self,
                                           const ThruSessionMessage *pong);

/* One wake-up: of the connection's source, or, without @condition, of the heartbeat. */
void        _thru_connection_wake         (ThruConnection           *self,
                                           GIOCondition              condition);

G_END_DECLS
