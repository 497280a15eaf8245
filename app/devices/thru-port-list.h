/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port-info.h"

G_BEGIN_DECLS

#define THRU_PORT_NAME_MAX 57  /* octets of a readable name, an ordinal apart: both fit into a session message */
#define THRU_PORT_LIST_MAX 512 /* ports listed in each direction; what is beyond is left out */

/* Our clients of the MIDI systems are called this, a hyphen and the process id. */
#define THRU_PORT_OWN_PREFIX "Thruwall"

/* From the names that an API gives its ports to names and identities for people and files. Pure; any thread. Private to
 * this layer. */
typedef struct
{
  ThruPortInfo *info;     /* owned */
  char         *api_name; /* as the API gives it now */
} ThruPortEntry;

/* @prefix: of the API. Ports of this and any other Thruwall are left out: they are the inner ends of devices that are
 * listed already, and playing into one would be playing behind a Thruwall's back.
 * Returns: (transfer full) (element-type ThruPortEntry): sources first, in natural order. */
GPtrArray *          thru_port_list_new      (const char        *prefix,
                                              const char *const *sources,
                                              const char *const *destinations);

/* @id: the port or the id of a ThruPortInfo. Returns: (transfer none) (nullable). */
const ThruPortEntry *thru_port_list_find     (GPtrArray         *list,
                                              const char        *id);

/* Returns: (transfer full): the readable name: no client numbers, no control characters, never empty. */
char *               thru_port_list_readable (const char        *prefix,
                                              const char        *api_name);

G_END_DECLS
