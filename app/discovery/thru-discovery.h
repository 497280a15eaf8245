/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-found-room.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* Finds the rooms on the local network and makes ours known, through avahi-daemon (DNS-SD type _dmidi._tcp). One entry per room,
 * however many interfaces and protocols it is seen on; ours is left out, but not another computer's that has our id. Main thread
 * only, and nothing here waits for the daemon: what is called is done on a thread of its own, soon.
 *
 * Signals:
 * "room-found" (ThruFoundRoom *room): new, or any of its fields changed.
 * "room-gone" (const char *key): after two seconds without a return.
 * "state-changed": see the getters. When the daemon goes, rooms are not reported gone: what was known stays usable. */
#define THRU_TYPE_DISCOVERY (thru_discovery_get_type ())

G_DECLARE_FINAL_TYPE (ThruDiscovery, thru_discovery, THRU, DISCOVERY, GObject)

typedef enum
{
  THRU_DISCOVERY_OFF,
  THRU_DISCOVERY_STARTING,
  THRU_DISCOVERY_WORKING,   /* browsing, and our room is published or being so */
  THRU_DISCOVERY_NO_DAEMON, /* avahi-daemon does not run; tried again by itself */
  THRU_DISCOVERY_NO_DBUS,   /* no system bus (a sandbox, a container); tried again by itself */
  THRU_DISCOVERY_PROBLEM,
} ThruDiscoveryState;

ThruDiscovery *    thru_discovery_new           (void);

/* @id: printable ASCII without blanks, at most 127. @name: cut to 63 octets at a character; one that is taken gets " #2".
 * @port 0: browse only. */
void               thru_discovery_start         (ThruDiscovery *self,
                                                 const char    *id,
                                                 const char    *name,
                                                 guint          port);

/* Publishes under another name or port. Port 0: browse only. */
void               thru_discovery_update        (ThruDiscovery *self,
                                                 const char    *name,
                                                 guint          port);
void               thru_discovery_stop          (ThruDiscovery *self);

/* Says anew who we are: what others remembered may have expired. */
void               thru_discovery_announce_again (ThruDiscovery *self);

/* Looks the addresses of @key up anew, which did not answer or are not known. "room-found" follows if they changed. */
void               thru_discovery_resolve_again (ThruDiscovery *self,
                                                 const char    *key);
ThruDiscoveryState thru_discovery_get_state     (ThruDiscovery *self);

/* What is wrong and what to do, a translated sentence or two; NULL when it works. */
const char *       thru_discovery_get_problem   (ThruDiscovery *self);

/* The name under which we are published now; NULL when not. */
const char *       thru_discovery_get_published (ThruDiscovery *self);

G_END_DECLS
