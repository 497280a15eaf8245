/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-scanner.h"

G_BEGIN_DECLS

/* Returns: (transfer full): being opened on @scanner's thread. */
ThruInput *_thru_input_new (ThruScanner *scanner,
                            const char  *id);

G_END_DECLS
