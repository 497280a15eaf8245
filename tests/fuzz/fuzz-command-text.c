/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-commands.h"
#include "thru-demo-studio.h"
#include "thru-late-limit.h"

#include <string.h>

/* The octets are what a person writes behind a command: a device, a room, the limit of late notes. Each is understood, or there
 * is a sentence to show; what is found is what was written. */

static void
check_error (gboolean      understood,
             const GError *error)
{
  fuzz_assert (understood == (error == NULL));
  if (error != NULL)
    fuzz_assert (error->message[0] != '\0' && g_utf8_validate (error->message, -1, NULL));
}

/* Whether @text is @room and @name, but for case and accents that are written in two ways. */
static gboolean
is_called (const char *text,
           const char *room,
           const char *name)
{
  g_autofree char *path = g_strconcat (room, "/", name, NULL);
  g_autofree char *folded_path = g_utf8_casefold (path, -1);
  g_autofree char *folded_text = g_utf8_casefold (text, -1);

  return g_utf8_collate (folded_path, folded_text) == 0;
}

static gboolean
is_meant (const char *text,
          ThruDevice *device)
{
  ThruRoom *room = thru_device_get_room (device);
  const char *const rooms[] = { thru_room_get_name (room), thru_room_get_id (room), thru_room_is_own (room) ? "" : NULL };
  const char *const names[] = { thru_device_get_name (device), thru_device_get_id (device) };

  for (gsize i = 0; i < G_N_ELEMENTS (rooms); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
      if (rooms[i] != NULL && is_called (text, rooms[i], names[j]))
        return TRUE;
  return FALSE;
}

static void
check_device (ThruStudio *studio,
              const char *text,
              gboolean    source)
{
  g_autoptr(GError) error = NULL;
  ThruDevice *device = thru_studio_parse_device (studio, text, source, &error);

  check_error (device != NULL, error);
  if (device == NULL)
    return;
  fuzz_assert (!!thru_device_is_source (device) == source);
  fuzz_assert (is_meant (text, device));
}

static void
check_room (ThruStudio *studio,
            const char *text)
{
  g_autoptr(GError) error = NULL;
  ThruRoom *room = thru_studio_parse_room (studio, text, &error);

  check_error (room != NULL, error);
}

static void
check_late_limit (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *written = NULL;
  guint ms;
  guint again;
  gboolean understood = thru_late_limit_parse (text, &ms, &error);

  check_error (understood, error);
  if (!understood)
    return;
  fuzz_assert (thru_late_limit_is_valid (ms));
  written = thru_late_limit_to_string (ms);
  fuzz_assert (thru_late_limit_parse (written, &again, NULL) && again == ms);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* Nothing here changes it. */
  static ThruStudio *studio;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (studio == NULL)
    studio = thru_demo_studio_new (2, 2);

  check_device (studio, text, TRUE);
  check_device (studio, text, FALSE);
  check_room (studio, valid);
  check_late_limit (valid);
  thru_commands_is_command (text);
  return 0;
}
