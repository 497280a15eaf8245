/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Finds the rooms on the local network and makes ours known, through avahi-daemon (DNS-SD type _dmidi._tcp). One entry per room,
 * however many interfaces and protocols it is seen on; ours is left out. Main thread only.
 *
 * Signals:
 * "room-found" (ThruFoundRoom *room): new, or any of its fields changed.
 * "room-gone" (const char *key): after two seconds without a return.
 * "state-changed": see the getters. When the daemon goes, rooms are not reported gone: what was known stays usable. */
#define THRU_TYPE_DISCOVERY (thru_discovery_get_type ())

G_DECLARE_FINAL_TYPE (ThruDiscovery, thru_discovery, THRU, DISCOVERY, GObject)

/* What is known of a room on the network. Text is checked: valid UTF-8, no control characters, bounded. */
typedef struct
{
  char  *key;       /* stable while it is announced: the id, or the service name where there is none */
  char  *id;        /* (nullable) from TXT id= */
  char  *name;      /* the service's name */
  char **addresses; /* "10.77.0.2:1199", "[fd00::1]:1199", "[fe80::1%eth0]:1199"; IPv4 and global first */
} ThruFoundRoom;

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

/* @name: (octets are cut to 63 at a character); a name that is taken gets " #2". */
void               thru_discovery_start         (ThruDiscovery *self,
                                                 const char    *id,
                                                 const char    *name,
                                                 guint          port);

/* Publishes under another name or port. Port 0: browse only. */
void               thru_discovery_update        (ThruDiscovery *self,
                                                 const char    *name,
                                                 guint          port);
void               thru_discovery_stop          (ThruDiscovery *self);

/* Looks the addresses of @key up anew: they did not answer. "room-found" follows if they changed. */
void               thru_discovery_resolve_again (ThruDiscovery *self,
                                                 const char    *key);
ThruDiscoveryState thru_discovery_get_state     (ThruDiscovery *self);

/* What is wrong and what to do, a translated sentence; NULL when it works. */
const char *       thru_discovery_get_problem   (ThruDiscovery *self);

/* The name under which we are published now; NULL when not. */
const char *       thru_discovery_get_published (ThruDiscovery *self);

G_END_DECLS
