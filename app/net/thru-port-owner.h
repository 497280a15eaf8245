/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  THRU_PORT_OWNER_UNKNOWN,
  THRU_PORT_OWNER_SELF,   /* the user who runs this program */
  THRU_PORT_OWNER_SYSTEM, /* root */
  THRU_PORT_OWNER_OTHER,  /* another user */
} ThruPortOwner;

/* Whose program listens on a TCP port of this computer, as far as the kernel tells without privileges: the user, not the program.
 * @name: (out) (transfer full) (nullable) of another user; their number when /etc/passwd does not know it. Any thread; asks no
 * network service for the name. */
ThruPortOwner thru_port_owner_find  (guint       port,
                                     char      **name);

/* Looks for a listener on @port in @table, which is the content of /proc/net/tcp or /proc/net/tcp6. */
gboolean      thru_port_owner_parse (const char *table,
                                     guint       port,
                                     guint32    *uid);

G_END_DECLS
