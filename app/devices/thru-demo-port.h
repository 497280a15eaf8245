/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port-info.h"

#include <stdint.h>

G_BEGIN_DECLS

/* The simulated devices behind THRU_MIDI_API_DEMO. There is one set of them in the process: a few devices to look at, or,
 * after thru_demo_ports_clear(), those that a test adds. Any thread. A test's identities are "demo:in:NAME" for a source
 * and "demo:out:NAME" for a destination. */

/* Removes all ports, those of the demonstration too; what was open on them fails. The API works again if it did not. */
void     thru_demo_ports_clear       (void);

/* Whether the simulated API works at all, like a sound server that runs or does not. */
void     thru_demo_ports_set_working (gboolean       working);

/* Makes every call into the simulated API hang until FALSE is set, as RtMidi does when a sound server is stuck. */
void     thru_demo_ports_set_hanging (gboolean       hanging);

/* Adds a port; FALSE when it is there. */
gboolean thru_demo_port_add          (const char    *name,
                                      ThruDirection  direction);
gboolean thru_demo_port_remove       (const char    *name,
                                      ThruDirection  direction);

/* Plays @bytes at the source @name: they are one callback of whoever opened it, made before this returns. FALSE when nobody
 * opened it. */
gboolean thru_demo_port_inject       (const char    *name,
                                      const uint8_t *bytes,
                                      size_t         length);

/* Where @name is plugged in, and its serial number; both nullable. Two ports are twins when their names differ only in an
 * address at the end: "UM-ONE 20:0" and "UM-ONE 24:0". */
gboolean thru_demo_port_set_place    (const char    *name,
                                      ThruDirection  direction,
                                      const char    *place,
                                      const char    *serial);

/* Makes opening @name fail, or work again; @holder: (nullable): the program that has it. */
gboolean thru_demo_port_set_refusing (const char    *name,
                                      ThruDirection  direction,
                                      gboolean       refusing,
                                      const char    *holder);

/* Makes opening @name hang until FALSE is set. */
gboolean thru_demo_port_set_stuck    (const char    *name,
                                      ThruDirection  direction,
                                      gboolean       stuck);

/* Takes what the destination @name was sent since the last call.
 * Returns: (transfer full): all octets in order; empty when there were none or there is no such port. */
GBytes * thru_demo_port_take         (const char    *name);

/* Makes the destination @name one whose sends may wait, as JACK's do: they run on a thread of their own. For those who open
 * it from now on. FALSE: no such port. */
gboolean thru_demo_port_set_threaded (const char    *name,
                                      gboolean       threaded);

/* Puts a MIDI cable behind the destination @name that carries @pace octets a second; 0: none. For those who open it from now
 * on. FALSE: no such port. */
gboolean thru_demo_port_set_pace     (const char    *name,
                                      guint          pace);

/* Makes sends to the destination @name hang until FALSE is set or it is removed; make it threaded first. */
gboolean thru_demo_port_set_blocked  (const char    *name,
                                      gboolean       blocked);

G_END_DECLS
