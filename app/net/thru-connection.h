/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-heartbeat.h"
#include "thru-link.h"
#include "thru-session-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP connection with a ThruLink on it: moves octets between socket and link, reads and answers what both ends must (hello,
 * ping, bye), and keeps the limits of thru-limits.h. Reference-counted; lives on the thread whose default main context it was
 * made on. (ThruConnection is declared in thru-heartbeat.h.) */

/* None of them may drop the last reference. */
typedef struct
{
  /* The first octets are understood: send hello now. */
  void (*opened)     (ThruConnection     *connection,
                      gpointer            user);
  /* Their hello; NULL when they speak plain MIDI. Answer with accept or close. */
  void (*asks)       (ThruConnection     *connection,
                      ThruSessionMessage *hello,
                      gpointer            user);
  /* (transfer full). Accepted connections only. */
  void (*message)    (ThruConnection     *connection,
                      ThruSessionMessage *message,
                      gpointer            user);
  /* MIDI octets for @address (0: plain). Accepted connections only. */
  void (*midi)       (ThruConnection     *connection,
                      guint32             address,
                      const guint8       *bytes,
                      gsize               length,
                      gpointer            user);
  /* The round trip, measured about once a second, when it is another than told before by half a millisecond. */
  void (*timing)     (ThruConnection     *connection,
                      guint64             round_trip_us,
                      gpointer            user);
  /* There is something to write: thru_connection_write() wants to be called before the thread waits again. Once until then. */
  void (*pending)    (ThruConnection     *connection,
                      gpointer            user);
  /* The end of a wake-up of this connection. */
  void (*woke)       (ThruConnection     *connection,
                      gpointer            user);
  /* The end, given once. What is sent from within still leaves when the link is open. @code: (nullable) of their bye. */
  void (*closed)     (ThruConnection     *connection,
                      const char         *text,
                      const char         *code,
                      gpointer            user);
  /* After closed, once the last octets have left or can not; the socket is closed. */
  void (*gone)       (ThruConnection     *connection,
                      gpointer            user);
} ThruConnectionFuncs;

/* @owner: (nullable) kept until the end, for a socket that something else would close. @heartbeat: of this thread, borrowed; it
 * must outlive the connection. */
ThruConnection *thru_connection_new         (guint32                    id,
                                             guint32                    dial,
                                             GSocket                   *socket,
                                             gpointer                   owner,
                                             ThruHeartbeat             *heartbeat,
                                             const ThruConnectionFuncs *funcs,
                                             gpointer                   user);
ThruConnection *thru_connection_ref         (ThruConnection            *connection);
void            thru_connection_unref       (ThruConnection            *connection);

guint32         thru_connection_get_id      (ThruConnection            *connection);

/* The dial that made it; 0 when they connected. */
guint32         thru_connection_get_dial    (ThruConnection            *connection);

/* As thru_address_format() gives it. */
const char *    thru_connection_get_address (ThruConnection            *connection);
GInetAddress *  thru_connection_get_remote  (ThruConnection            *connection);
gboolean        thru_connection_is_plain    (ThruConnection            *connection);
gboolean        thru_connection_is_accepted (ThruConnection            *connection);
gboolean        thru_connection_has_asked   (ThruConnection            *connection);

/* Octets of the longest System Exclusive that they take. */
gsize           thru_connection_get_sysex_max (ThruConnection          *connection);

/* Within and after closed(): nobody ended it; what was said is what is wrong with the way there, or with the program. */
gboolean        thru_connection_was_cut     (ThruConnection            *connection);

/* CLOCK_MONOTONIC when it was accepted, 0 before. */
gint64          thru_connection_get_accepted_us (ThruConnection        *connection);

/* What came before is handed on from within. */
void            thru_connection_accept      (ThruConnection            *connection);

/* JSON texts (element-type GBytes), kept in order and sent as room comes. On a plain link they go nowhere. */
void            thru_connection_send        (ThruConnection            *connection,
                                             GPtrArray                 *parts);

/* Within midi(): how long ago the octets came in at their source, at least; 0 when that is not known. */
guint64         thru_connection_get_midi_age (ThruConnection           *connection);

/* @time_us: when it came in at its source. FALSE: no room now. */
gboolean        thru_connection_send_midi   (ThruConnection            *connection,
                                             guint32                    address,
                                             const guint8              *message,
                                             gsize                      length,
                                             gint64                     time_us,
                                             gint64                     now_us);

/* Asks the other side for a sign of life, now: a kernel there that knows the connection no more answers, too. Nothing goes to
 * plain speakers. */
void            thru_connection_probe       (ThruConnection            *connection);

/* One write of all that waits. TRUE when there is room again where there was little. */
gboolean        thru_connection_write       (ThruConnection            *connection,
                                             gint64                     now_us);

/* Says bye, gives it a moment to leave, closes. @text: what closed() is given. */
void            thru_connection_close       (ThruConnection            *connection,
                                             const char                *code,
                                             const char                *reason,
                                             const char                *text);

/* Octets that wait for the socket: for tests of the limits. */
gsize           thru_connection_get_waiting (ThruConnection            *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruConnection, thru_connection_unref)

G_END_DECLS
