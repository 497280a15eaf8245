/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port-info.h"
#include "thru-saved-state.h"

G_BEGIN_DECLS

/* Which of the devices that were here before is plugged in now? A device keeps its identity whatever number the system gives it.
 * Twins, which have their names in common, are told apart by the port that they still are, by their serial numbers, by the
 * sockets that they are plugged into, or because only one is left; when nothing can tell, by their order, but only while
 * none of them is absent. Else a person is to be asked. Pure. */

typedef enum
{
  THRU_MATCH_NEW,       /* none of the known devices */
  THRU_MATCH_KNOWN,
  THRU_MATCH_AMBIGUOUS, /* one of several known devices, or none */
} ThruMatchResult;

typedef struct
{
  ThruMatchResult  result;
  ThruSavedDevice *device; /* THRU_MATCH_KNOWN: borrowed */
} ThruMatch;

/* @ports: (element-type ThruPortInfo). @known: (element-type ThruSavedDevice); their ports are those of the last look.
 * Returns: (transfer full): as many as there are ports. */
ThruMatch *thru_device_matcher_match     (GPtrArray             *ports,
                                          GPtrArray             *known);

/* Whether @port, which is ambiguous, may be @device. */
gboolean   thru_device_matcher_may_be    (const ThruPortInfo    *port,
                                          const ThruSavedDevice *device);

/* Whether both are of one unit: (nullable) places. */
gboolean   thru_device_matcher_same_unit (const char            *place,
                                          const char            *other);

/* Whether @device may be the instrument at @port under another name, as after a change of its firmware. */
gboolean   thru_device_matcher_similar   (const ThruPortInfo    *port,
                                          const ThruSavedDevice *device);

G_END_DECLS
