/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-sandbox.h"

#include <string.h>

#define AVAHI "org.freedesktop.Avahi"
#define PIPEWIRE "xdg-run/pipewire-0"

static const struct
{
  ThruSandboxPermissions permission;
  const char            *option; /* of flatpak */
} options[] = {
  { THRU_SANDBOX_NETWORK, "--share=network" },
  { THRU_SANDBOX_AVAHI, "--system-talk-name=" AVAHI },
  { THRU_SANDBOX_ALSA, "--socket=pulseaudio" },
  { THRU_SANDBOX_PIPEWIRE, "--filesystem=" PIPEWIRE },
};

static gboolean
has_item (GKeyFile   *info,
          const char *key,
          const char *item)
{
  g_auto(GStrv) items = g_key_file_get_string_list (info, "Context", key, NULL, NULL);

  return items != NULL && g_strv_contains ((const char *const *) items, item);
}

/* Read-only is as good: a socket is spoken to, not written. */
static gboolean
has_pipewire (GKeyFile *info)
{
  return has_item (info, "filesystems", PIPEWIRE) ||
         has_item (info, "filesystems", PIPEWIRE ":ro") ||
         has_item (info, "filesystems", PIPEWIRE ":create") ||
         has_item (info, "filesystems", "xdg-run") ||
         has_item (info, "filesystems", "xdg-run:ro");
}

static gboolean
may_talk (GKeyFile   *info,
          const char *name)
{
  g_autofree char *policy = g_key_file_get_string (info, "System Bus Policy", name, NULL);

  return g_strcmp0 (policy, "talk") == 0 || g_strcmp0 (policy, "own") == 0 || has_item (info, "sockets", "system-bus");
}

ThruSandboxPermissions
thru_sandbox_get_denied (const char *info)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  ThruSandboxPermissions denied = 0;

  g_return_val_if_fail (info != NULL, 0);

  if (!g_key_file_load_from_file (file, info, G_KEY_FILE_NONE, NULL))
    return 0;

  if (!has_item (file, "shared", "network"))
    denied |= THRU_SANDBOX_NETWORK;
  if (!may_talk (file, AVAHI))
    denied |= THRU_SANDBOX_AVAHI;
  /* There is no permission for ALSA alone: what lets sound through brings /dev/snd along. */
  if (!has_item (file, "sockets", "pulseaudio") && !has_item (file, "devices", "all"))
    denied |= THRU_SANDBOX_ALSA;
  if (!has_pipewire (file))
    denied |= THRU_SANDBOX_PIPEWIRE;
  return denied;
}

char *
thru_sandbox_dup_command (ThruSandboxPermissions denied)
{
  g_autoptr(GString) command = g_string_new ("flatpak override --user");

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      if (denied & options[i].permission)
        g_string_append_printf (command, " %s", options[i].option);
    }
  g_string_append (command, " " THRU_APP_ID);
  return g_string_free (g_steal_pointer (&command), FALSE);
}

gboolean
thru_sandbox_is_inside (void)
{
  return g_file_test (THRU_SANDBOX_INFO, G_FILE_TEST_EXISTS);
}
