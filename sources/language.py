"""Which language and script a text is in. Pure, quick, and nothing is imported for it."""

from __future__ import annotations

import re
from collections import Counter

from sources.bulletin import Language

# Characters of one script that the other never writes, most frequent first: the pairs of OpenCC's
# character dictionaries (Apache 2.0), by frequency in news. Characters of both scripts (后, 里, 台…) are left out.
TRADITIONAL_ONLY = frozenset(
    "後於麼國這個來會為時學們發對長過業經說門動進區產開還軍種現體機與當兩實從關沒內將員東頭間見無戰點場樣數問級資應"
    "務萬説並總漢氣電設聲義統處領隊兒馬別話計權給報稱議變書幾決華導術張結題師達規條運組聽縣風濟黨強論卻選記職號黃類"
    "傳帶據農邊聯廣質難陽專認舉備裡車爭線歷該調轉連團讓較際親約單價紅則屬積亞爾極圖許佈參裝遊觀辦魚隨構遠劃勢熱斷鐵"
    "語況紀網編證愛覺滿織確項標雙響樂藥幹準飛節擊輕請眾臺顯龍離營創護雖視佔興羅餘試識費寶宮環責維僅鄉嚴圍橋殺採係勝"
    "製態負續層細狀楊須銀終獨錢鬥賽習臉醫彈陸藝協樓寫檢獲範鎮驗緊適優蘇勞財養傷階絕陳剛億審劉監聞雲敵壓復簡樹繼預執"
    "園島誰蘭詞輯驚願劍築畫談講禮揮臨亂歐擔荊轄歲葉幫貴塊夠劇額歡錯陣堅練銷讀孫衝腳測顧寧吳異換鮮敗嗎礦順買貨評險歸"
    "漸戶畢遺廠訓衛輸頂獻爺錄筆盡擴礎趕訴屆腦飯豐詩齊納灣靜賣減媽側雜盤澤靈溫館慶補婦舊載輪懷喫軟槍穩牆頓罷寬購綠諸"
    "針頁擁榮複幣謝戲庫獎惡週討療聖燒閉圓誤駐崗尋奪壞憲橫麗擇艦廟燈紙陰絲噸糧課隱廳潛訪滅絡搖虛魯紛韋縱貿奧莊隻緩儘"
    "揚趙潤釋徑嶺儀慮錛壇蓋綜鋼損競鋪掛煙韓純碼脈倫謂紝烏謀鐘壯紹騎頻績銅擺劑蟲雞廢訂縮紡觸蓮鹽鬧搶繫峽貼沖訊譽閃輩"
    "賊貧夢淚薩貢脫緣傾殘罵奮麥躍鏡閣諾飲闖憑勁貝晉鋒徹鍾溝簽匯遼儲遷貫膽詢賞畝湯淨屍覽棄繞齡偉緒濃隸慣闊遞襲鳳厲鴻"
    "藍鍋詔漲稅鍵閒誌辭災鳥譯鄧髮窮嘆趨蔣鄭冊腸撲攝嶽輛懸繪錦罰誠騰曉顏頒毀鏈迴鬆貸違煩遲岡併滾輔肅飾駕託綱盜涼撫漁"
    "暫踐湧頃憤陝勸憂賦鄰掃轟祕猶跡豬臘賓蹟頗擬壽豈慘輝傑詳賢喪驅淺嚇顆繡鐨檔萊牽賴帥蕩郵巖凱盧鎖閱纖擋殼腫籌彎帳債"
    "塗鑽譜虧叢贊擾錫夾賀溼鑑塵紋礙膠獸爐勵攔賈辯脅償撥薦紐艱兇闆釐齒恆諮爛曆暢軌鳴丟煉喬噴軸獅磚喚贏窩膚樞診懼籃霧"
    "糾擠潔飄籠禦俠剝欄獵倆戀攜騙灘獄緯讚臟縫渾馳闢鶴蹤註頸惱禍憶悶邏彙閥瘋駛遙拋轎繩斬偵賜僑輻禎貪鷹麪龐彌鹼欽艙飽"
    "瑤壩倉聰謙顫嘗懲銜邁馮呂憐餓纏脹瑪鎊濱腎貓蒼榪撐謹鵝僕豔稟漿鑄賬狹誕頑睜掙貞賠誘鄖餅攤綿潰鍛蘆鴨蠻暈紗彿闡啟輿"
    "軒氫皺棲穀鵬齋凍僱滬傢碩樸銘敘饒擲誇孃蝕捨賭厭疊醜釘遜慾殲餚蕭滄嬰淵湊鉛顛廈禪紮燭窯諧牴鈞滲誼韻賺飼譚濕樑疇犧"
    "櫃壺鬱茲鍊勳偽廝傘盃恥諒褲曬豎屢瞞販鰭盪鈥墳纔鍚潑鞏棗傭銳緻闕臥捲訟兌嬸鱗煥龜寵鍒蝦繕虜滯囑灑締濤娛廚啞汙撈昇"
    "灝贈驟搗嗚鴉逕曠廂莖勻壟駝蠟嬌縛幟軀綢剎祿鬍簾鈴鏢頌綁鏃錘墮瀋喲繳籤賤墜醬鈉閘騷濫妝糰嘯廬鑰麵驢蘄諭鋁嶼衚衕釀"
    "淪凜竊懶嬪盞鑿鉅鈣悅鋅瀏鵑攪錐擱詐墊蠶釗緬臚崙訣駭閻誦燦頰蘿蘋駁嚮攏覓緇賄籲鎵諫瓊黴覈諲謎聳崑驕贛貶斂壘諷飢桿"
    "膩詭燬竄綺貯癢鉀鉤鑼穎粵尷鑲懇髒吶蘊斃襯摟閩彥渦樁燙釣詫韃滷禿寢譁晝驛謊攬撓葦嚐鎬譴樺諱鱘袞謠蔭洩蔔堝瀉繃訝鐪"
    "瀟嶄篘紳癒誅絨澱鏟鍔僞瑣錳歎騾鈔澆竅絞棟硃糞倖竇鍥瀾馴鹹撿鮑鰲鴿窪鋭穫蕪蟻挾嘔侷魦磯鄒燜聶矚纜廁羨緝儉鍘闃稜錚"
    "駱暉欏誥悽綻濾綴囂鱅鬨慚辮洶濺餉唸緞韌謬蔥墾瀕鮠鬚閭鴣鷓濁橢絃窺鎯澀羈誨駒脣餌槳縷騫齣檻驀鯉綽鐫篩鱷鈦癱揀侶鈾"
    "爍膿閨鯊頤瘡鎳谿葷櫻絹瑩誣柵闈篤鴛鳩矯璽燴剋噹詠姦鰱鴦贖攢蠅朧塢覷擄禱矇翹縐嶇蒐嶈懾韜閬饋槓燉錠鋸奼錶蟬訌刪錡"
    "饅譏氈顱癮聾輦餈賂槨氾瀰駙箏狽鎂澇龕憚鈎螞殯鉻轅氬鯨鈍藴鑷襖軋痠甕摯僥梟熒隴棧嗆睞攙詣頜嫺噁禰綏鏍檯欐憊緱鐒礫"
    "嵐醃襪饌龔櫥欖擰鐐簫硯誡鬮贓諶撳熾輟塹癡穢燻鏽噓諜烴綰躊婁絆繹釁濛繚瓏謨堯屜螢羥蔘鎢箋駟鐩鵲姍嚨澗殭蓆閹隕馱饑"
    "貽紟颯滌鈷櫟鋮嚕蹌繭鎰淒頹鰾鍍薊廡閫饃饞雛媧瘓紈嘰欞鬢餃礬蠍諦嘍鋤摻鏤瀝餾絎漣楓鱉謁瀆蹺筍鰓穌躋鰉璫訛絳癲魷鼕"
    "嚥輾飪閔駿燾躥詰鐮絢轍噯毆瘍釩鋇鏗棶鄴鎷賑軼瑋籬鉗諡錨贅憫釵飴賃鱔欒曇巔紿嬈繮嘖馭嬤墠鑴斕縉鰍鎦鶯鯰躪嫋嚲鶻幓"
    "緋薔鐙痙儼紵縊攣柺涇漬檳檸銬濆爲裏羣峯衆綫啓産"
)
SIMPLIFIED_ONLY = frozenset(
    "国为这个来会时学说们发对长过业经门动进区开产军还现机体与当两实关从内没将员东头间无见战点场数样问万级应资务汉总"
    "电声设义统处马领队计别权话报给变书华议称决张导术结师达题条规县风运组听济论强黄选记却职号类传带农边据联广质阳难"
    "历专认车举线团备争众连调转该尔让较际亲单红价约亚则属积图装许参观鱼办远随势热网语铁断爱纪况证编满觉双乐标织项飞"
    "节龙响药轻击请显罗营视护创兴虽费试宝识维宫环乡责严桥仅胜杀围态杨负层须续状银终钱赛独细冲获习医尽脸弹楼艺陆协镇"
    "检写苏验紧劳户财养适陈卫伤绝阶刘刚亿闻审压监敌兰温园树词岛预继执谁惊画辑剑谈礼乱讲临挥欧叶简担岁荆贵辖帮块额错"
    "剧欢够孙阵销坚练脚读测吴换顾顺鲜败货矿归买险评吗厂遗笔输渐顶训录毕献爷纳钟脑饭扩齐诉诗础届静盘卖湾减灵杂泽侧庆"
    "妈馆补旧轮妇载怀软枪墙恶顿稳诸绿荣针宽库罢谢页拥戏奖币圆烧讨烟误疗闭脱寻岗丽横驻纸夺灯坏丝径购阴择宪鲁庙舰课奥"
    "虚隐粮络摇潜厅赵访韦扬纵纷贸汇灭仪缓盖迹释润岭虑钢码坛锛损税综伦韩竞乌铺脉纯谋剂谓频壮骑鸡绍铜摆签缩废订绩盐萨"
    "贴莲抢闹纺讯誉梦峡残闪贼倾贫诺麦泪辈镜贡缘贝骂饮奋跃赞启阁劲晋沟锋胆凭闯汤迁叹储贯彻凤赏辽询毁净弃亩伟览龄绕浓"
    "绪蓝荡阅鸿惯鸟辞穷键递隶厉闲袭灾涨湿郑译邓肠诏册锅阔趋锦颜悬诚晓蒋摄罚辆腾绘扑颁违贷饰滚迟辅烦盗凉冈驾肃抚炼纲"
    "忧扫暂渔宾寿猪邻劝践顷赋莱拟贤愤轰陕犹辉颇浅丧惨驱牵详纤档岂绣吓赖卢颗邮凯帅锁帐胶壳脏弯挡筹肿债贾谱夹尘钻丛贺"
    "锡炉纹亏鉴齿兽碍辩拨恒励鸣偿拦胁纽烂尝艰乔轴喷轨畅雾丢窝飘肤砖赢挤狮诊篮唤侠枢栏纠链恋惧笼弥叙剥骗猎俩缝携滩祸"
    "驰狱纬踪浑绳颈遥忆阀逻恼贪疯侦鹰驶斩鹤赐闷轿辐伪抛侨饱吕玛碱冯仓钦庞祯舱坝艳聪瑶谦卧猫衔苍浆铸惩迈锐颤滨饿缠怜"
    "撑肾胀谨鹅镑兑贞诞禀饼狭杩赔绵诱顽摊账鸭挣芦睁纱冻轩蛮晕郧鹏叠舆斋萧皱蚀钉阐逊铭硕赌饶沪掷厌渊氢溃颠铅禅韵婴悦"
    "凑兹烛歼钧渗窑谐厦谊壶赚谭勋饲裤畴耻牺贩竖伞鳞龟泼屡瞒厮钩谅阙坟宠鳍讼虾涛巩枣滞哑焕娱捞婶娇厨嘱禄赠铃虏饥缔蕴"
    "鸦锻骤捣茎厢匀灏驼缚垄旷绸缴贱躯颂帜绑仑镖钠刹妆驴铝闸滥酱啸骚窃凿垫钙哟锥懒盏庐谕屿酿诈锌沦卤凛蕲搅哗呜搁骇鹃"
    "阎浏诵萝颊灿琼骄钊驳谏缅锤觅拢胪诀坠贿钓沧耸垒谜缁贬窜葱颖诡腻彦赣粤贮绮讽衬烫昼闽钾敛寝毙荫涡桩锣缮揽铲尴恳秃"
    "搂挠呐驿诧绒鞑谎讳泻苇谣蚁潇粪诛栋谴衮堕鲟浇绞窦鲍钞讶琐滤锰绅窍鸽捡驯骡澜鳌镶挟邹俭缆聂芜骆呕厕窥铮矶晖瞩缀浊"
    "缉焖绽谬垦诰驹羁嚣辫蝇汹惭娴韧缕涩缎饷濒鳙筛椭鸪矫诲钥饵桨樱鹧笃侣咏翘鲤拣骞鳄栅绰鸠锯莹脓闺颐钛溅绢烁瘫疮蓦攒"
    "铀荤鲨诬镍槛鸳赎玺蝉馈删韬祷鸯烩锭胧坞轧觑绉毡慑鲢聋嫔瘾钝姹讥馒鲸镁颌颅讧绷赂蚂辇陇辕狈袜栈筝铬糍涝驸椁惮绥荧"
    "枭殡尧桦呛赃挚搀袄岚侥箫砾睐秽诣拧砚橱馔锈诫榄惫龚谍沥掳萤鹊炽羟嘘辍涤贻缰崭阄衅堑烃绎驷谟颓谌绊镂涧钨珑鬓枫雏"
    "踌笺绾阉辙姗屉驮噜陨钵钳蓟镐咙钴栎锄跷骏讹鳖笋馋馏叽闵纨铖跄钗馍鳔饺矾掺莺庑痪娲渎谒锺棂谛涟酝喽锏绗辗癫稣鳃锚"
    "跻绛诘缭鳇鱿赘蹿钡饪轶殴铿鸾钒绚焘疡邺赈玮麽悯袅赁驭泾谥渍啧纶鳝娆昙巅嬷秆鲇迩镀绐缙斓鹘鳅蔼帧俨镏蜕嗳痉绯槟躏"
    "挛雳撵讪锂铐镰纭蔷讷藓绶骁亘恻绫镯阖挝匮颍椤绌谚鸱柠谙抠蹑谩怂钯涣哝峦锢绔缪钼怅龋镞谑馅诠迳鲵钮浒哒飕唠狞闩泸"
    "谝饬浃亵纣郸铂赡荪辏抡赍疟铢恺诃饴铣邬瓒垩馐贰鹄螨剐鲥谄缨榈骋谶鹦辄娄蜗篓晔绠蛊骈锑鸥埙龛缈砺惬滦觐骅莼牍擞鳜"
    "谤飚缄兖涞诅炀谀岘诙阑犊鲛龅缢辔纰帻龈鳊闾闫鞯鳗桧讫铎缤飙闰钰岖诽虬绦鲶铳毂嘤荚隽恸铠髅轼銮脐绱誊荟烬饯颚谆琏"
    "鹗猬忾橹鲩飒獭胫鹉呗缥殓锵纫缂罂铵猕鳎疱萦牦缇莅锹瓯绻诳铡栉狰镌睑镉镣瘪狲妫鹫氲鹞荞颉箩俪飓偻啮掸骥崂闳桢囱颏"
    "辘潍轭嗫鸵缱籁啬辂鲈缫暧郓阈镗么"
)

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’\-][A-Za-z\u00c0-\u024f]+)*")
_QUOTED = re.compile(r"“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》|‘[^’\n]*’|\"[^\"\n]*\"")
_CORNERS = re.compile(r"「[^」\n]*」|『[^』\n]*』")

# A question may name things in another language; the words that ask tell which language is spoken.
_ASKING_EN = re.compile(
    r"(?i)(?<![a-z])(?:what|who|whom|whose|when|where|which|how|why|is|are|was|were|does|did|do|has|have|had|can|could|will|would|"
    r"should|tell|explain|describe|list|give|show|compare|summari[sz]e|define|find|mentions?|mentioned|many|much)(?![a-z])"
)
_JOINING_EN = re.compile(
    r"(?i)(?<![a-z])(?:the|an?|of|in|on|at|to|for|by|with|about|from|and|or|me|us|its?|this|that|there|these|those)(?![a-z])"
)
_ASKING_ZH = re.compile(
    r"什[么麼麽]|甚[么麼]|[谁誰哪几幾吗嗎呢嘛]|怎|为何|為何|为啥|為啥|如何|何[时時处處人地种種]|多少|多[大长長久远遠]|"
    r"是否|有没有|有沒有|能否|是不是|[请請]|[说說]明|解[释釋]|介[绍紹]|列[出举舉]|比[较較]|[总總][结結]|概括|概述|告[诉訴]|意思|含[义義]"
)
_JOINING_ZH = re.compile(r"[的了是在和与與有对對将將被把]")
_LONG = 400  # characters: beyond this a text is read as prose, not as a question


def language_of(text: str) -> Language:
    """The language and script of a bulletin, or the one that a question is asked in.

    A question that mixes languages is in the language of its asking words; what stands in quotation marks is a name and
    does not count when anything else is left. Where nothing else shows the script, the quoted words do, and after them
    the quotation marks: 「」 are typed by who writes Traditional. Chinese without any such sign is "zh-Hans".

    >>> language_of("what does 快遞進村 mean"), language_of("Ma Junsheng是谁"), language_of("劉君說了什麼")
    ('en', 'zh-Hans', 'zh-Hant')
    """
    if text.isascii():
        return "en"
    if len(text) > _LONG:
        return _script(text) if _mostly_chinese(text) else "en"
    spoken = _QUOTED.sub(" ", text)
    if not (_HAN.search(spoken) or _LATIN_WORD.search(spoken)):
        spoken = text
    if not _asked_in_chinese(spoken):
        return "en"
    return _script(spoken if _one_script_only(spoken) or spoken == text else text)


def _mostly_chinese(text: str) -> bool:
    # An English word says about as much as one and a half Chinese characters.
    return len(_HAN.findall(text)) > 1.5 * len(_LATIN_WORD.findall(text))


def _asked_in_chinese(text: str) -> bool:
    if not _HAN.search(text):
        return False
    english = 3 * len(_ASKING_EN.findall(text)) + len(_JOINING_EN.findall(text))
    chinese = 3 * len(_ASKING_ZH.findall(text)) + len(_JOINING_ZH.findall(text))
    # "Liu Jun said what" has no character to ask with, "SF 綠盾" nothing of either: the larger share decides.
    return _mostly_chinese(text) if english == chinese else chinese > english


def _one_script_only(text: str) -> bool:
    return any(c in TRADITIONAL_ONLY or c in SIMPLIFIED_ONLY for c in text)


def _script(text: str) -> Language:
    counts = Counter(text)
    traditional = sum(n for c, n in counts.items() if c in TRADITIONAL_ONLY)
    simplified = sum(n for c, n in counts.items() if c in SIMPLIFIED_ONLY)
    if traditional and simplified and len(text) <= _LONG:
        # A name copied from a bulletin brings its script along; the words that ask are the reader's own.
        asking = "".join(_ASKING_ZH.findall(text)) + "".join(_JOINING_ZH.findall(text))
        traditional += 3 * sum(c in TRADITIONAL_ONLY for c in asking)
        simplified += 3 * sum(c in SIMPLIFIED_ONLY for c in asking)
    if traditional == simplified == 0 and len(text) <= _LONG:
        return "zh-Hant" if _CORNERS.search(text) else "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"
