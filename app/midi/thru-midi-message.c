/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-message.h"

static bool
is_whole (const uint8_t *message,
          size_t         length,
          uint8_t        kind)
{
  return length == 3 && (message[0] & 0xf0) == kind;
}

static bool
is_pedal (uint8_t controller)
{
  return controller == 64 || controller == 66 || controller == 67 || controller == 69;
}

size_t
thru_midi_message_length (uint8_t status)
{
  static const uint8_t channel_lengths[] = { 3, 3, 3, 3, 2, 2, 3 };
  static const uint8_t system_lengths[] = { 0, 2, 3, 2, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1 };

  if (status < 0x80)
    return 0;
  if (status < 0xf0)
    return channel_lengths[(status >> 4) - 8];
  return system_lengths[status & 0x0f];
}

bool
thru_midi_is_realtime (uint8_t status)
{
  return status >= 0xf8;
}

bool
thru_midi_is_note_on (const uint8_t *message,
                      size_t         length)
{
  return is_whole (message, length, 0x90) && message[2] > 0;
}

bool
thru_midi_is_note_off (const uint8_t *message,
                       size_t         length)
{
  return is_whole (message, length, 0x80) || (is_whole (message, length, 0x90) && message[2] == 0);
}

bool
thru_midi_is_undroppable (const uint8_t *message,
                          size_t         length)
{
  if (thru_midi_is_note_off (message, length))
    return true;
  if (is_whole (message, length, 0xb0))
    return message[1] >= 120 || (is_pedal (message[1]) && message[2] < 64);
  return length == 1 && (message[0] == 0xfc || message[0] == 0xff);
}

int
thru_midi_channel (const uint8_t *message,
                   size_t         length)
{
  if (length == 0 || message[0] < 0x80 || message[0] >= 0xf0)
    return -1;
  return message[0] & 0x0f;
}

void
thru_midi_note_name (uint8_t note,
                     char    name[5])
{
  static const char letters[] = "CCDDEFFGGAAB";
  static const char sharps[] = " # #  # # # ";
  unsigned semitone = (note & 0x7f) % 12;
  int octave = (note & 0x7f) / 12 - 1;
  size_t n = 0;

  name[n++] = letters[semitone];
  if (sharps[semitone] == '#')
    name[n++] = '#';
  if (octave < 0)
    name[n++] = '-';
  name[n++] = (char) ('0' + (octave < 0 ? -octave : octave));
  name[n] = '\0';
}

const char *
thru_midi_message_name (const uint8_t *message,
                        size_t         length)
{
  static const char *const channel_names[] = {
    "Note Off", "Note On", "Polyphonic Pressure", "Control Change", "Program Change", "Channel Pressure", "Pitch Bend",
  };
  static const char *const system_names[] = {
    "System Exclusive", "Time Code", "Song Position", "Song Select", "Unknown", "Unknown", "Tune Request", "Unknown",
    "Clock", "Unknown", "Start", "Continue", "Stop", "Unknown", "Active Sensing", "System Reset",
  };

  if (length == 0 || message[0] < 0x80)
    return "Unknown";
  if (message[0] >= 0xf0)
    return system_names[message[0] & 0x0f];
  if (thru_midi_is_note_off (message, length))
    return channel_names[0];
  return channel_names[(message[0] >> 4) - 8];
}
