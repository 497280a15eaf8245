/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-address-policy.h"
#include "thru-dialer.h"
#include "thru-engine-core.h"
#include "thru-listener.h"
#include "thru-throttle.h"

G_BEGIN_DECLS

/* thru-engine-core.c listens, dials and obeys; thru-engine-core-links.c answers what links tell; thru-engine-core-sleep.c ends
 * all of it for a while. */
struct _ThruEngineCore
{
  GMainContext      *context;
  ThruEventQueue    *events;
  ThruPatchbay      *patchbay;
  ThruHeartbeat     *heartbeat;
  GHashTable        *links;     /* (element-type ThruLinkId ThruConnection) */
  GPtrArray         *leaving;   /* (element-type ThruConnection): closed, last octets under way */
  GPtrArray         *pending;   /* (element-type ThruConnection): to be written at the end of the wake-up */
  GHashTable        *dialers;   /* (element-type ThruDialId ThruDialer) */
  ThruListener      *listener;
  ThruAddressPolicy *policy;
  gint64             policy_read_us;
  ThruThrottle      *throttle;
  GPtrArray         *hello;     /* (nullable) (element-type GBytes) */
  ThruLinkId         last_link;
  const char        *our_code;  /* while we close a link */
  GSource           *timer;     /* something waits for room, or the router wants to see that it runs */
  GMainLoop         *loop;      /* set once stopping */
  gint64             stop_us;
  gboolean           asleep;    /* from the moment that it was said */
  gboolean           all_said;  /* all has left */
  gint64             asleep_us; /* when it has to be told at the latest; 0: it was, or there is nothing to tell */
};

/* Takes @event. */
void     _thru_engine_core_push_in_engine     (ThruEngineCore  *self,
                                               ThruEngineEvent *event);

/* All is looked at again then, at the latest; G_MAXINT64: when something wakes us. Never a wake-up of the context. */
void     _thru_engine_core_look_again_in_engine (ThruEngineCore *self,
                                                 gint64          us);

/* In each wake-up while asleep_us says that something is to be told. @flushed: nothing waits for an output. */
void     _thru_engine_core_fall_asleep_in_engine (ThruEngineCore *self,
                                                  gboolean        flushed);

/* Returns: (transfer full) (element-type ThruConnection): links as they are now: what is done to them can take them out of the
 * table. */
GPtrArray *_thru_engine_core_copy_links_in_engine (ThruEngineCore *self);

/* FALSE: the other side is gone already. */
gboolean _thru_engine_core_add_link_in_engine (ThruEngineCore  *self,
                                               ThruDialId       dial,
                                               GSocket         *socket,
                                               gpointer         owner);

/* Whether it had worked for a while, so that its end is no failure. */
gboolean _thru_engine_core_has_lasted_in_engine (ThruConnection *connection);

G_END_DECLS
