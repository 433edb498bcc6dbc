// The platforms there are; each is a file of this name. Constant; any thread.
#pragma once

namespace attune::bot {

class Platform;

const Platform* directline();
const Platform* twilio();

}  // namespace attune::bot
