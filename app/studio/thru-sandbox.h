/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What Flatpak writes into each sandbox about it. */
#define THRU_SANDBOX_INFO "/.flatpak-info"

/* What the manifest asks for and a person may take away. Windows are left out: without one nobody reads what is said. */
typedef enum
{
  THRU_SANDBOX_NETWORK = 1 << 0,
  THRU_SANDBOX_AVAHI = 1 << 1,
  THRU_SANDBOX_ALSA = 1 << 2,
  THRU_SANDBOX_PIPEWIRE = 1 << 3,
} ThruSandboxPermissions;

#define THRU_SANDBOX_MIDI (THRU_SANDBOX_ALSA | THRU_SANDBOX_PIPEWIRE)

/* @info: a path, THRU_SANDBOX_INFO but for tests. Returns: what is denied to this program; 0 outside of a sandbox. It stays so as
 * long as the program runs. */
ThruSandboxPermissions thru_sandbox_get_denied  (const char             *info);

/* Returns: (transfer full): the shell command that gives @denied back, from the program's next start on. */
char *                 thru_sandbox_dup_command (ThruSandboxPermissions  denied);

gboolean               thru_sandbox_is_inside   (void);

G_END_DECLS
