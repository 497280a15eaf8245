/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-open-port.h"
#include "thru-port-info.h"
#include "thru-port.h"
#include "thru-scanner.h"

G_BEGIN_DECLS

/* Returns: (transfer full): of @type, a ThruInput or a ThruOutput, being opened on @scanner's thread. */
gpointer      _thru_port_new      (GType          type,
                                   ThruScanner   *scanner,
                                   const char    *id,
                                   ThruDirection  direction);

/* Returns: (transfer none). */
ThruOpenPort *_thru_port_get_open (ThruPort      *self);

G_END_DECLS
