/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What strangers announce, made fit to use and to show: pure functions. */

#define THRU_DISCOVERY_SERVICE_TYPE "_dmidi._tcp"
#define THRU_DISCOVERY_NAME_MAX 63 /* octets of UTF-8 in a DNS-SD service name */
#define THRU_DISCOVERY_ID_MAX 127  /* octets in a room's identity */

/* Lower ports belong to other services: no forged announcement shall make us knock there. */
#define THRU_DISCOVERY_PORT_MIN 1024

/* Returns: (transfer full): @text without invalid UTF-8, control characters, line separators and bidirectional overrides, without
 * blanks at its ends, cut to @max octets at a character. May be empty. */
char *          thru_discovery_clean_text      (const char      *text,
                                                gsize            max);

/* One string of a TXT record. Returns: (transfer full) (nullable): the value when it is "id=" with a usable identity: 1 to
 * THRU_DISCOVERY_ID_MAX printable ASCII characters without blanks. */
char *          thru_discovery_parse_txt_id    (const guint8    *string,
                                                gsize            length);

/* How to write an address that was found on @interface_name: "10.77.0.2:1199", "[fe80::1%eth0]:1199".
 * Returns: (transfer full) (nullable): NULL when nobody can be reached there: port 0, the unspecified or a multicast address, a
 * loopback address unless it was found on the loopback interface, link-local IPv6 without @interface_name. */
char *          thru_discovery_format_address  (GInetAddress    *address,
                                                guint            port,
                                                const char      *interface_name,
                                                gboolean         on_loopback);

/* Order in which to try what thru_discovery_format_address() wrote: IPv4, global IPv6, link-local IPv4, link-local IPv6,
 * loopback; then by text, so that the order is stable. For g_ptr_array_sort() over strings. */
int             thru_discovery_compare_address (gconstpointer    a,
                                                gconstpointer    b);

G_END_DECLS
