/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the path of @name in the folder of this program that lasts as long as the login session. It is in
 * memory, so that writing there never waits for a disk. In a Flatpak all starts of the program share it. */
char *thru_runtime_folder_build (const char *name);

G_END_DECLS
