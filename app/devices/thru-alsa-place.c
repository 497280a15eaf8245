/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-alsa-place.h"

#include "thru-alsa-news.h"

#include <sound/asequencer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICES "/sys/devices/"
#define PLACE_MAX 200  /* octets; what is longer is cut, at the end where the port is not */
#define SERIAL_MAX 64
#define PORTS_PER_DEVICE 32 /* so the kernel numbers the ports of a card's raw MIDI devices: see its seq_midi.c */

/* RtMidi's names end in " CLIENT:PORT". */
static gboolean
get_address (const char *api_name,
             guint      *client,
             guint      *port)
{
  const char *address = strrchr (api_name, ' ');

  return address != NULL && sscanf (address, " %u:%u", client, port) == 2;
}

/* The folder of the USB device in @path; NULL: it is none. "…/usb1/1-2/1-2.3/1-2.3:1.0" has it in "1-2.3". */
static char *
get_usb_folder (const char *path)
{
  const char *bus = strstr (path, "/usb");
  const char *interface = bus != NULL ? strchr (bus, ':') : NULL;
  const char *end = interface;

  if (bus == NULL)
    return NULL;
  while (end != NULL && end > bus && *end != '/')
    end--;
  return end != NULL && end > bus ? g_strndup (path, (gsize) (end - path)) : g_strdup (path);
}

char *
thru_alsa_place_from_path (const char *path,
                           guint       port)
{
  g_autofree char *usb = NULL;
  const char *inside;

  g_return_val_if_fail (path != NULL, NULL);

  usb = get_usb_folder (path);
  if (usb != NULL)
    {
      g_autofree char *name = g_path_get_basename (usb);
      const char *bus = strstr (usb, "/usb");
      g_autofree char *before = g_strndup (usb, (gsize) (bus - usb));
      g_autofree char *controller = g_path_get_basename (before);
      const char *sockets = strchr (name, '-');

      return g_strdup_printf ("usb-%.*s%s#%u", PLACE_MAX, controller, sockets != NULL ? sockets : "", port);
    }
  inside = g_str_has_prefix (path, DEVICES) ? path + strlen (DEVICES) : path;
  return g_strdup_printf ("%.*s#%u", PLACE_MAX, inside, port);
}

/* Returns: (transfer full) (nullable). */
static char *
read_serial (const char *path)
{
  g_autofree char *usb = get_usb_folder (path);
  g_autofree char *file = usb != NULL ? g_build_filename (usb, "serial", NULL) : NULL;
  g_autofree char *text = NULL;

  if (file == NULL || !g_file_get_contents (file, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return NULL;
  g_strstrip (text);
  return text[0] != '\0' && strlen (text) <= SERIAL_MAX ? g_steal_pointer (&text) : NULL;
}

static gboolean
get_client (guint                       number,
            struct snd_seq_client_info *info)
{
  int fd = thru_alsa_news_get_fd ();

  memset (info, 0, sizeof *info);
  info->client = (int) number;
  info->card = -1;
  return fd >= 0 && ioctl (fd, SNDRV_SEQ_IOCTL_GET_CLIENT_INFO, info) == 0;
}

void
thru_alsa_place_find (const char *api_name,
                      char      **place,
                      char      **serial)
{
  struct snd_seq_client_info info;
  g_autofree char *link = NULL;
  char *path;
  guint client;
  guint port;

  g_return_if_fail (api_name != NULL && place != NULL && serial != NULL);

  /* A program, or the kernel's own, has no card: it says 0 or -1. */
  if (!get_address (api_name, &client, &port) || !get_client (client, &info) || info.type != KERNEL_CLIENT || info.card < 0)
    return;
  link = g_strdup_printf ("/sys/class/sound/card%d/device", info.card);
  path = realpath (link, NULL);
  if (path == NULL)
    return;
  *place = thru_alsa_place_from_path (path, port);
  *serial = read_serial (path);
  free (path);
}

int
thru_alsa_place_read_owner (const char   *text,
                            ThruDirection direction,
                            guint         number)
{
  g_autofree char *heading = NULL;
  g_auto(GStrv) lines = NULL;
  gboolean inside = FALSE;

  g_return_val_if_fail (text != NULL, 0);

  heading = g_strdup_printf ("%s %u", direction == THRU_DIRECTION_SOURCE ? "Input" : "Output", number);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      int pid;

      if (!g_str_has_prefix (lines[i], "  "))
        inside = g_str_equal (lines[i], heading);
      else if (inside && sscanf (lines[i], " Owner PID : %d", &pid) == 1)
        return pid;
    }
  return 0;
}

static char *
read_program_name (int pid)
{
  g_autofree char *file = g_strdup_printf ("/proc/%d/comm", pid);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (file, &text, &length, NULL))
    return NULL;
  g_strchomp (text);
  return text[0] != '\0' ? g_utf8_make_valid (text, -1) : NULL;
}

/* A program that opened the device itself, beside the sequencer, as some do for speed. */
static char *
find_raw_holder (guint         client,
                 guint         port,
                 ThruDirection direction)
{
  struct snd_seq_client_info info;
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;
  int pid;

  if (!thru_alsa_news_is_hardware (client, port) || !get_client (client, &info) || info.card < 0)
    return NULL;
  file = g_strdup_printf ("/proc/asound/card%d/midi%u", info.card, port / PORTS_PER_DEVICE);
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return NULL;
  pid = thru_alsa_place_read_owner (text, direction, port % PORTS_PER_DEVICE);
  return pid > 0 && pid != getpid () ? read_program_name (pid) : NULL;
}

char *
thru_alsa_place_find_holder (const char   *api_name,
                             ThruDirection direction)
{
  struct snd_seq_query_subs query;
  struct snd_seq_client_info info;
  guint client;
  guint port;
  int fd = thru_alsa_news_get_fd ();

  g_return_val_if_fail (api_name != NULL, NULL);

  if (fd < 0 || !get_address (api_name, &client, &port))
    return NULL;

  memset (&query, 0, sizeof query);
  query.root.client = (unsigned char) client;
  query.root.port = (unsigned char) port;
  query.type = direction == THRU_DIRECTION_SOURCE ? SNDRV_SEQ_QUERY_SUBS_READ : SNDRV_SEQ_QUERY_SUBS_WRITE;
  /* What is subscribed to already, the sequencer itself has opened; a subscriber that has it exclusively is the only one. */
  if (ioctl (fd, SNDRV_SEQ_IOCTL_QUERY_SUBS, &query) < 0)
    return find_raw_holder (client, port, direction);
  if (!(query.flags & SNDRV_SEQ_PORT_SUBS_EXCLUSIVE))
    return NULL;
  if (!get_client (query.addr.client, &info) || info.name[0] == '\0')
    return NULL;
  info.name[sizeof info.name - 1] = '\0';
  return g_utf8_make_valid (info.name, -1);
}
