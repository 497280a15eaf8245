/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "midi-fixture.h"

#include <unistd.h>

static gboolean
nothing (gpointer unused)
{
  return G_SOURCE_REMOVE;
}

void
iterate_briefly (void)
{
  guint id = g_timeout_add (10, nothing, NULL);

  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, id) != NULL)
    g_source_remove (id);
}

void
read_input (ThruInput  *input,
            GByteArray *bytes)
{
  uint8_t chunk[4096];
  uint64_t n;
  uint64_t time_us;
  uint32_t lost;
  size_t length;

  if (read (thru_input_get_wake_fd (input), &n, sizeof n) < 0)
    return;
  do
    {
      length = thru_ring_read (thru_input_get_ring (input), &time_us, chunk, sizeof chunk, &lost);
      g_assert_cmpuint (lost, ==, 0);
      g_byte_array_append (bytes, chunk, (guint) length);
    }
  while (length > 0);
}

ThruPortInfo *
find_port (ThruMidiSystem *system,
           const char     *name,
           ThruDirection   direction)
{
  GPtrArray *ports = thru_midi_system_get_ports (system);

  for (guint i = 0; i < ports->len; i++)
    {
      ThruPortInfo *info = g_ptr_array_index (ports, i);

      if (info->direction == direction && g_str_equal (info->name, name))
        return info;
    }
  return NULL;
}

guint
count_in_proc (const char *what)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/%s", what);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

GByteArray *
make_sysex (guint length)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_set_size (bytes, length);
  bytes->data[0] = 0xF0;
  for (guint i = 1; i < length - 1; i++)
    bytes->data[i] = (uint8_t) (i * 7 % 128);
  bytes->data[length - 1] = 0xF7;
  return bytes;
}

GByteArray *
join_messages (GPtrArray *messages)
{
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < messages->len; i++)
    {
      GBytes *message = g_ptr_array_index (messages, i);

      g_byte_array_append (all, g_bytes_get_data (message, NULL), (guint) g_bytes_get_size (message));
    }
  return all;
}
