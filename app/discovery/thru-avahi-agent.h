/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-discovery.h"

G_BEGIN_DECLS

/* Deals with avahi-daemon for us: looks for other rooms and announces ours, and tries again when the daemon or the bus goes.
 * Nearly all of Avahi's calls wait for the daemon, for 25 s when it hangs, so whoever owns this must have the time. All on the
 * thread of its context. */
typedef struct _ThruAvahiAgent ThruAvahiAgent;

/* Something may be other than before. Never called out of Avahi's callbacks, and not more often than each 50 ms. */
typedef void (*ThruAvahiAgentFunc) (ThruAvahiAgent *self,
                                    gpointer        user);

/* See thru_discovery_start(). */
ThruAvahiAgent *   thru_avahi_agent_new            (GMainContext       *context,
                                                    const char         *id,
                                                    const char         *name,
                                                    guint               port,
                                                    ThruAvahiAgentFunc  changed,
                                                    gpointer            user);

/* Not in its function. Withdraws our announcement. */
void               thru_avahi_agent_free           (ThruAvahiAgent     *self);

/* See thru_discovery_update(), thru_discovery_announce_again(), thru_discovery_resolve_again(). */
void               thru_avahi_agent_update         (ThruAvahiAgent     *self,
                                                    const char         *name,
                                                    guint               port);
void               thru_avahi_agent_announce_again (ThruAvahiAgent     *self);
void               thru_avahi_agent_resolve_again  (ThruAvahiAgent     *self,
                                                    const char         *key);

ThruDiscoveryState thru_avahi_agent_get_state      (ThruAvahiAgent     *self);

/* Returns: (nullable): as thru_discovery_get_problem(). */
const char *       thru_avahi_agent_get_problem    (ThruAvahiAgent     *self);

/* Returns: (nullable): as thru_discovery_get_published(). */
const char *       thru_avahi_agent_get_published  (ThruAvahiAgent     *self);

/* Returns: (transfer full) (element-type ThruFoundRoom): the rooms now. */
GPtrArray *        thru_avahi_agent_dup_rooms      (ThruAvahiAgent     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruAvahiAgent, thru_avahi_agent_free)

G_END_DECLS
