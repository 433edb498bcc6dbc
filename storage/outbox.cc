#include "storage/outbox.h"

namespace attune::storage {

EventId timer_event(const Id& conversation, TimerNumber number) {
  return {"timer", hex(conversation), std::to_string(number)};
}

}  // namespace attune::storage
