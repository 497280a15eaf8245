/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-connection-private.h"
#include "thru-dmidi-frame.h"
#include "thru-limits.h"

#define NEVER G_MAXINT64
#define PING_US G_USEC_PER_SEC
#define PING_OVERDUE_US (PING_US + PING_US / 2)
#define ROUND_TRIP_STEP_US 500 /* what changed less is not told: it would wake another thread every second */
#define SOON_US (THRU_LINK_HEARTBEAT_US / 2)

/* On a quiet link one side begins and the other answers at once, so that each wakes once for a heartbeat, not twice. So that they
 * do not begin both, who has a ping to send is the earliest (its answer stands for a heartbeat), then who dialed. */
#define BEAT_WITH_PING_US (THRU_LINK_HEARTBEAT_US - 25000)
#define BEAT_DIALED_US (THRU_LINK_HEARTBEAT_US - 12000)
#define BEAT_ACCEPTED_US THRU_LINK_HEARTBEAT_US

static gboolean
is_framed (ThruConnection *self)
{
  return !self->closing && thru_link_get_state (self->link) == THRU_LINK_FRAMED;
}

/* What waits is a sign of life already, or the socket takes none. */
static gboolean
has_waiting (ThruConnection *self)
{
  gsize waiting;

  thru_link_output (self->link, &waiting);
  return waiting > 0 || !g_queue_is_empty (&self->session_queue);
}

static gboolean
is_ping_due (ThruConnection *self,
             gint64          now_us)
{
  return self->probation.accepted_us != 0 && now_us - self->last_ping_us >= PING_US;
}

static gint64
beat_deadline (ThruConnection *self)
{
  if (!is_framed (self) || has_waiting (self))
    return NEVER;

  if (is_ping_due (self, self->last_output_us + BEAT_WITH_PING_US))
    return self->last_output_us + BEAT_WITH_PING_US;

  return self->last_output_us + (self->dial != 0 ? BEAT_DIALED_US : BEAT_ACCEPTED_US);
}

gint64
_thru_connection_get_deadline (ThruConnection *self)
{
  guint64 link_us;
  gint64 own_us;

  if (self->closed)
    return self->linger_until_us;

  link_us = thru_link_deadline (self->link);
  own_us = MIN (thru_probation_get_deadline (&self->probation), beat_deadline (self));
  return link_us > G_MAXINT64 ? own_us : MIN (own_us, (gint64)link_us);
}

static void
send_ping (ThruConnection *self,
           gint64          now_us)
{
  g_autoptr(ThruSessionMessage) ping = thru_session_message_new (THRU_SESSION_PING);

  ping->t1 = (guint64)now_us;
  self->last_ping_us = now_us;
  self->ping_t1 = ping->t1;
  self->ping_postponed = FALSE;
  _thru_connection_send_message (self, ping);
}

void
_thru_connection_ping_first (ThruConnection *self)
{
  if (is_framed (self))
    send_ping (self, g_get_monotonic_time ());
}

void
thru_connection_probe (ThruConnection *self)
{
  g_return_if_fail (self != NULL);

  if (is_framed (self) && self->probation.accepted_us != 0 && !has_waiting (self))
    send_ping (self, g_get_monotonic_time ());
}

static void
send_active_sensing (ThruConnection *self,
                     gint64          now_us)
{
  static const guint8 active_sensing[] = { 0xfe };

  thru_connection_send_midi (self, THRU_DMIDI_ADDRESS_EVERYONE, active_sensing, sizeof active_sensing, now_us, now_us);
}

void
_thru_connection_beat (ThruConnection *self,
                       gint64          now_us)
{
  if (!is_framed (self) || now_us - self->last_output_us < SOON_US || has_waiting (self))
    return;

  if (is_ping_due (self, now_us))
    send_ping (self, now_us);
  else
    send_active_sensing (self, now_us);
}

/* They woke us; is it a good moment to answer with our own? */
static void
answer_beat (ThruConnection *self,
             gint64          now_us)
{
  if (!is_framed (self) || now_us - self->last_output_us < SOON_US)
    return;

  /* No ping, whose answer would wake us once more. */
  if (!has_waiting (self))
    send_active_sensing (self, now_us);
  thru_heartbeat_beat (self->heartbeat, now_us);
}

void
_thru_connection_keep_time (ThruConnection *self,
                            gboolean        was_woken,
                            gint64          now_us)
{
  /* On a link with traffic no heartbeat is ever due that a ping could stand for. */
  if (is_framed (self) && self->probation.accepted_us != 0 && now_us - self->last_ping_us >= PING_OVERDUE_US)
    send_ping (self, now_us);

  if (was_woken)
    answer_beat (self, now_us);
  else if (beat_deadline (self) <= now_us)
    thru_heartbeat_beat (self->heartbeat, now_us);
}

/* They ping, too: ours shall come half-way between theirs. */
static void
postpone_ping (ThruConnection *self,
               gint64          now_us)
{
  if (self->dial != 0 || self->ping_postponed || now_us - self->last_ping_us < PING_US * 3 / 4)
    return;

  self->ping_postponed = TRUE;
  self->last_ping_us = now_us - PING_US / 2;
}

void
_thru_connection_answer_ping (ThruConnection           *self,
                              const ThruSessionMessage *ping)
{
  g_autoptr(ThruSessionMessage) pong = thru_session_message_new (THRU_SESSION_PONG);
  gint64 now_us = g_get_monotonic_time ();

  pong->t1 = ping->t1;
  pong->t2 = (guint64)now_us;
  postpone_ping (self, now_us);
  _thru_connection_send_message (self, pong);
  thru_heartbeat_put_off (self->heartbeat); /* the pong stands for the next, which was near */
}

void
_thru_connection_take_pong (ThruConnection           *self,
                            const ThruSessionMessage *pong)
{
  guint64 round_trip_us;

  if (self->ping_t1 == 0 || pong->t1 != self->ping_t1)
    return;

  round_trip_us = (guint64)g_get_monotonic_time () - self->ping_t1;
  self->ping_t1 = 0;
  thru_link_take_pong (self->link, pong->t1, pong->t2, pong->t1 + round_trip_us);
  if (self->round_trip_us != 0 && ABS ((gint64)(round_trip_us - self->round_trip_us)) < ROUND_TRIP_STEP_US)
    return;

  self->round_trip_us = MAX (round_trip_us, 1);
  self->funcs->timing (self, self->round_trip_us, self->user);
}
