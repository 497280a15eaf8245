/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* Returns: (transfer full): what "thruwall status --json" prints, without a line end. */
char *thru_status_to_json (ThruStudio *studio);

/* Returns: (transfer full) (nullable): @json of thru_status_to_json() as a table for people; NULL with @error. */
char *thru_status_to_text (const char  *json,
                           GError     **error);

G_END_DECLS
