/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  THRU_PORT_OPENING,
  THRU_PORT_OPEN,
  THRU_PORT_FAILED, /* final: open it anew */
} ThruPortState;

#define THRU_TYPE_PORT (thru_port_get_type ())

/* An open MIDI port: a ThruInput or a ThruOutput. References may be dropped on any thread; closing happens in the background.
 * Signal "state-changed" comes on the thread that opened it. */
G_DECLARE_DERIVABLE_TYPE (ThruPort, thru_port, THRU, PORT, GObject)

struct _ThruPortClass
{
  GObjectClass parent_class;
};

ThruPortState thru_port_get_state   (ThruPort *self);

/* Why it failed, a translated sentence; NULL otherwise. */
const char *  thru_port_get_problem (ThruPort *self);

G_END_DECLS
