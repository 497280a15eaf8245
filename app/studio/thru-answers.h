/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

/* Answers by name, for the commands. Devices are written as for thru_studio_parse_device(). FALSE with @error. */

/* What is asked about is @old; or, with a @device, what was @old is @device now. @device: "": only the first. */
gboolean thru_answers_same_device  (ThruStudio *studio,
                                    const char *old,
                                    const char *device,
                                    GError    **error);

/* What is asked about is not @old, nor any other that it might have been. */
gboolean thru_answers_other_device (ThruStudio *studio,
                                    const char *old,
                                    GError    **error);

G_END_DECLS
